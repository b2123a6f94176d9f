#pragma once

#include <cstdint>
#include <string>

#include "gateway/sqlite/failure.hpp"

struct sqlite3;
struct sqlite3_backup;

namespace kleber::sqlite {

class Database;

// A copy of a whole database, made some pages at a time. What is written to the database in between
// (through its own connection) is in the copy, too: at the end it is what the database is then.
class Copy {
  public:
    // Into the file at `path`, which is empty, in the named VFS or the system's.
    Copy(Database& source, const std::string& path, const std::string& vfs);
    ~Copy();
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    enum class Outcome : std::uint8_t { More, Done, Failed };
    // Done once; then the file is written, not synced.
    Outcome step(int pages);
    // After Failed.
    const Failure& failure() const { return failure_; }

  private:
    Outcome fail_with(int code);

    sqlite3* target_ = nullptr;
    sqlite3_backup* backup_ = nullptr;
    Failure failure_;
};

}  // namespace kleber::sqlite
