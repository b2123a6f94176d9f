#pragma once

#include <sqlite3.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/crash_disk.hpp"
#include "tests/support/database_locks.hpp"

namespace kleber::support {

// Makes SQLite keep its files on a CrashDisk: sqlite3_open_v2(file, &db, flags, vfs.name()). WAL
// and several connections work. It behaves as SQLite's own for Unix does, down to when a folder is
// synced.
//
// Connections are closed before it goes, also those of a process that the disk has ended: they harm
// nothing then. What SQLite takes for random, and the time, depend on the seed alone; so one of
// them at a time, or their numbers mix.
class CrashVfs {
  public:
    CrashVfs(CrashDisk& disk, std::string name, int seed);
    ~CrashVfs();
    CrashVfs(const CrashVfs&) = delete;
    CrashVfs& operator=(const CrashVfs&) = delete;

    const char* name() const { return name_.c_str(); }
    CrashDisk& disk() { return disk_; }
    // Of this file; the same for all that one process opens.
    std::shared_ptr<DatabaseLocks> locks_of(const CrashDisk::Open& open);

  private:
    using Key = std::pair<const CrashFile*, std::uint32_t>;  // the file, the process

    CrashDisk& disk_;
    std::string name_;
    sqlite3_vfs vfs_{};
    std::map<Key, std::weak_ptr<DatabaseLocks>> locks_;
};

}  // namespace kleber::support
