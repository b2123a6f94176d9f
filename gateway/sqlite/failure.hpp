#pragma once

#include <cstdint>
#include <string>

namespace kleber::sqlite {

// Why the database did not do something.
struct Failure {
    enum class Kind : std::uint8_t {
        Damaged,  // what is in the file makes no sense
        Full,     // no room on the disk
        InUse,    // another process holds the file
        Disk,     // reading, writing, syncing or opening it failed
        Other,
    };
    Kind kind = Kind::Other;
    std::string text;  // "the disk is full"
};

// What an SQLite result code means; `system_error` is an errno, or 0.
Failure failure_of(int code, int system_error);

}  // namespace kleber::sqlite
