#include "tests/support/crash_vfs_file.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace kleber::support {
namespace {

CrashVfsFile& of(sqlite3_file* file) {
    return *reinterpret_cast<CrashVfsFile::Slot*>(file)->file;
}

// A full disk is one only to what writes, as SQLite's own VFS has it.
int code_of(const CrashDisk::Outcome& outcome, int otherwise) {
    if (outcome) return SQLITE_OK;
    const bool is_write = otherwise == SQLITE_IOERR_WRITE;
    return is_write && outcome.error() == DiskFailure::Full ? SQLITE_FULL : otherwise;
}

constexpr int kSectorBytes = 4096;  // what SQLite takes a sector for on Unix

}  // namespace

int CrashVfsFile::read(void* to, int bytes, sqlite3_int64 offset) {
    const auto outcome = disk_.read(open_);
    if (!outcome) return SQLITE_IOERR_READ;
    const Bytes from = open_.file->bytes();
    const std::size_t begin = std::min(static_cast<std::size_t>(offset), from.size());
    const auto wanted = static_cast<std::size_t>(bytes);
    const std::size_t count = std::min(wanted, from.size() - begin);
    if (count > 0) std::memcpy(to, from.data() + begin, count);
    std::memset(static_cast<std::uint8_t*>(to) + count, 0, wanted - count);
    return count == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int CrashVfsFile::write(const void* from, int bytes, sqlite3_int64 offset) {
    const Bytes written{static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(bytes)};
    return code_of(disk_.write(open_, static_cast<std::size_t>(offset), written),
                   SQLITE_IOERR_WRITE);
}

int CrashVfsFile::truncate(sqlite3_int64 size) {
    return code_of(disk_.truncate(open_, static_cast<std::size_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int CrashVfsFile::sync() {
    const auto outcome = disk_.sync(open_);
    if (!outcome) return SQLITE_IOERR_FSYNC;
    if (!syncs_folder_) return SQLITE_OK;
    syncs_folder_ = false;
    return code_of(disk_.sync_folder(open_.name), SQLITE_IOERR_DIR_FSYNC);
}

int CrashVfsFile::lock(int level) {
    return locks_->raise(held_, level) ? SQLITE_OK : SQLITE_BUSY;
}

int CrashVfsFile::control(int operation, void* argument) {
    if (operation != SQLITE_FCNTL_PERSIST_WAL) return SQLITE_NOTFOUND;
    int& wanted = *static_cast<int*>(argument);
    if (wanted >= 0) keeps_wal_ = wanted != 0;
    wanted = keeps_wal_ ? 1 : 0;
    return SQLITE_OK;
}

int CrashVfsFile::map_index(int region, int bytes, bool may_create, volatile void** memory) {
    *memory = locks_->index_region(static_cast<std::size_t>(region),
                                   static_cast<std::size_t>(bytes), may_create);
    return SQLITE_OK;
}

int CrashVfsFile::lock_index(int first, int count, int flags) {
    const std::uint32_t mask = ((1U << count) - 1) << first;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        DatabaseLocks::unlock_index(held_, mask);
        return SQLITE_OK;
    }
    const bool is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    return locks_->lock_index(held_, mask, is_exclusive) ? SQLITE_OK : SQLITE_BUSY;
}

int CrashVfsFile::unmap_index(bool is_last) {
    DatabaseLocks::unlock_index(held_, ~0U);
    if (is_last) locks_->drop_index();
    return SQLITE_OK;
}

const sqlite3_io_methods CrashVfsFile::kMethods{
    .iVersion = 2,
    .xClose =
        [](sqlite3_file* file) {
            delete reinterpret_cast<Slot*>(file)->file;
            return SQLITE_OK;
        },
    .xRead = [](sqlite3_file* file, void* to, int bytes,
                sqlite3_int64 offset) { return of(file).read(to, bytes, offset); },
    .xWrite = [](sqlite3_file* file, const void* from, int bytes,
                 sqlite3_int64 offset) { return of(file).write(from, bytes, offset); },
    .xTruncate = [](sqlite3_file* file, sqlite3_int64 size) { return of(file).truncate(size); },
    .xSync = [](sqlite3_file* file, int) { return of(file).sync(); },
    .xFileSize =
        [](sqlite3_file* file, sqlite3_int64* size) {
            *size = of(file).size();
            return SQLITE_OK;
        },
    .xLock = [](sqlite3_file* file, int level) { return of(file).lock(level); },
    .xUnlock =
        [](sqlite3_file* file, int level) {
            of(file).unlock(level);
            return SQLITE_OK;
        },
    .xCheckReservedLock =
        [](sqlite3_file* file, int* result) {
            *result = of(file).is_reserved() ? 1 : 0;
            return SQLITE_OK;
        },
    .xFileControl = [](sqlite3_file* file, int operation,
                       void* argument) { return of(file).control(operation, argument); },
    .xSectorSize = [](sqlite3_file*) { return kSectorBytes; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
    .xShmMap =
        [](sqlite3_file* file, int region, int bytes, int may_create, volatile void** memory) {
            return of(file).map_index(region, bytes, may_create != 0, memory);
        },
    .xShmLock = [](sqlite3_file* file, int first, int count,
                   int flags) { return of(file).lock_index(first, count, flags); },
    .xShmBarrier = [](sqlite3_file*) { std::atomic_thread_fence(std::memory_order_seq_cst); },
    .xShmUnmap = [](sqlite3_file* file, int is_last) { return of(file).unmap_index(is_last != 0); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace kleber::support
