#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/sqlite/database.hpp"

namespace kleber::recorder {

struct Opened {
    std::unique_ptr<sqlite::Database> database;
    // What was found that somebody should know: a file that was set aside. Empty if all is well.
    std::string warning;
};

// What becomes of a damaged file. Where a disk damages one after the other, the first of them is
// enough to look at.
enum class Damaged : std::uint8_t { SetAside, Removed };

// Opens the recorder's file, or makes one. A damaged file, or one of a later version, is set aside
// under a dated name, and a new one begun: what was recorded is worth less than that recording
// goes on. The error is a sentence, where the disk does not let us. `vfs` is SQLite's name of what
// it shall read and write with; empty: its own.
Result<Opened, std::string> open_database(const std::string& path, const Now& now,
                                          Damaged damaged = Damaged::SetAside,
                                          const std::string& vfs = {});

// For a file that turns out to be damaged while it is in use, and is closed by now: the same.
Result<Opened, std::string> begin_anew(const std::string& path, const std::string& reason,
                                       const Now& now, Damaged damaged = Damaged::SetAside,
                                       const std::string& vfs = {});

}  // namespace kleber::recorder
