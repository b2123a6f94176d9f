#pragma once

#include <sqlite3.h>

#include <memory>
#include <utility>

#include "tests/support/crash_disk.hpp"
#include "tests/support/database_locks.hpp"

namespace kleber::support {

// A file as a connection has it open; the methods behind SQLite's table of them.
class CrashVfsFile {
  public:
    CrashVfsFile(CrashDisk& disk, CrashDisk::Open open, std::shared_ptr<DatabaseLocks> locks,
                 bool syncs_folder)
        : disk_(disk),
          open_(std::move(open)),
          locks_(std::move(locks)),
          syncs_folder_(syncs_folder) {
        locks_->add(held_);
    }
    ~CrashVfsFile() { locks_->remove(held_); }
    CrashVfsFile(const CrashVfsFile&) = delete;
    CrashVfsFile& operator=(const CrashVfsFile&) = delete;

    // What SQLite gives memory for; `methods` is set last, once `file` is there.
    struct Slot {
        sqlite3_file base;
        CrashVfsFile* file;
    };
    static const sqlite3_io_methods kMethods;

    // Each returns an SQLite result code.
    int read(void* to, int bytes, sqlite3_int64 offset);
    int write(const void* from, int bytes, sqlite3_int64 offset);
    int truncate(sqlite3_int64 size);
    int sync();
    int lock(int level);
    int control(int operation, void* argument);
    int map_index(int region, int bytes, bool may_create, volatile void** memory);
    int lock_index(int first, int count, int flags);
    int unmap_index(bool is_last);

    sqlite3_int64 size() const { return static_cast<sqlite3_int64>(open_.file->size()); }
    void unlock(int level) { DatabaseLocks::lower(held_, level); }
    bool is_reserved() const { return locks_->is_reserved(); }

  private:
    CrashDisk& disk_;
    CrashDisk::Open open_;
    std::shared_ptr<DatabaseLocks> locks_;
    DatabaseLocks::Holder held_;
    bool syncs_folder_;
    bool keeps_wal_ = false;
};

}  // namespace kleber::support
