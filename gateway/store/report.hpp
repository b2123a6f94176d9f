#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kleber::store {

// Records by kind.
struct Counts {
    std::uint64_t sessions = 0;
    std::uint64_t subscriptions = 0;
    std::uint64_t messages = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t inbound = 0;
    std::uint64_t retained = 0;
    std::uint64_t memories = 0;

    bool operator==(const Counts&) const = default;
};

enum class Opening : std::uint8_t {
    Created,  // there was no file
    Opened,   // all that it holds could be read
    Damaged,  // it was set aside; what could be read of it is in a new file
    TooNew,   // a later Kleber wrote it: it was set aside unread, and a new file begun
};

// What opening found, for the log and `$SYS`.
struct OpenReport {
    Opening opening = Opening::Created;
    std::string set_aside;  // where the file of before is now; empty if it stayed
    std::string reason;     // why, for people: "page 7 cannot be read"; empty if it stayed
    Counts kept;            // Damaged: what was recovered
    // Damaged: records that were seen and could not be read, or lost what they refer to.
    std::uint64_t lost = 0;
    // Damaged: there may have been more, of which nothing is known.
    bool is_loss_unknown = false;
};

struct Info {
    Counts kept;
    std::uint64_t file_bytes = 0;     // of the database, with its write-ahead log
    std::uint64_t journal_bytes = 0;  // of changes that are not yet folded into the tables
};

struct CheckReport {
    Counts kept;
    std::vector<std::string> problems;  // for people; none: all is well
};

}  // namespace kleber::store
