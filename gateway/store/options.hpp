#pragma once

#include <cstdint>
#include <string>

#include "gateway/port/message.hpp"

namespace kleber::store {

// What a commit that succeeded survives. (Where nothing is to survive, there is no store.)
enum class Durability : std::uint8_t {
    Power,    // a power cut: each commit is written and synced
    Process,  // the end of this process; a power cut loses at most the last second
};

struct Options {
    Durability durability = Durability::Power;
    // For the messages that load() makes.
    port::Sharing sharing = port::Sharing::OneThread;
    // The name of an SQLite VFS, or empty for the operating system's files. With a VFS of its own
    // nothing is known of file modes and nothing can be renamed: see Store::open().
    std::string vfs = {};
    // False: nothing is made or recovered. Where there is no whole store of this version, open()
    // fails, and leaves what is there as it is.
    bool may_replace = true;
};

}  // namespace kleber::store
