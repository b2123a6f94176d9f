#include "tests/support/crash_vfs.hpp"

#include <cstdio>
#include <cstring>

#include "gateway/base/assert.hpp"
#include "tests/support/crash_vfs_file.hpp"

namespace kleber::support {
namespace {

constexpr int kNameBytesMax = 512;
constexpr sqlite3_int64 kMillisecondsOfToday = 212'661'892'800'000;  // since noon in 4714 BC

CrashVfs& of(sqlite3_vfs* vfs) {
    return *static_cast<CrashVfs*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* slot, int flags, int* flags_out) {
    slot->pMethods = nullptr;
    CrashVfs& crash_vfs = of(vfs);
    CrashDisk& disk = crash_vfs.disk();
    const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
    // As SQLite's own for Unix: a new journal or WAL counts once its folder was synced, and that is
    // done when it is synced first.
    constexpr int kJournals =
        SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    auto open = disk.open(name == nullptr ? "" : name, may_create);
    if (!open) return SQLITE_CANTOPEN;
    auto locks = crash_vfs.locks_of(*open);
    reinterpret_cast<CrashVfsFile::Slot*>(slot)->file = new CrashVfsFile{
        disk, std::move(open).value(), std::move(locks), may_create && (flags & kJournals) != 0};
    slot->pMethods = &CrashVfsFile::kMethods;
    if (flags_out != nullptr) *flags_out = flags;
    if ((flags & SQLITE_OPEN_DELETEONCLOSE) != 0 && name != nullptr) {
        return disk.remove(name) ? SQLITE_OK : SQLITE_IOERR_DELETE;
    }
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int syncs_folder) {
    CrashDisk& disk = of(vfs).disk();
    if (disk.is_running() && !disk.exists(name)) return SQLITE_IOERR_DELETE_NOENT;
    if (!disk.remove(name)) return SQLITE_IOERR_DELETE;
    if (syncs_folder != 0 && !disk.sync_folder(name)) return SQLITE_IOERR_DIR_FSYNC;
    return SQLITE_OK;
}

int has_access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    *result = of(vfs).disk().exists(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int bytes, char* path) {
    const int written = std::snprintf(path, static_cast<std::size_t>(bytes), "%s", name);
    return written < bytes ? SQLITE_OK : SQLITE_CANTOPEN;
}

// Only asked where the numbers that follow from the seed have not begun.
int no_randomness(sqlite3_vfs*, int bytes, char* to) {
    std::memset(to, 0, static_cast<std::size_t>(bytes));
    return bytes;
}

int no_waiting(sqlite3_vfs*, int microseconds) {
    return microseconds;
}

int today(sqlite3_vfs*, sqlite3_int64* milliseconds) {
    *milliseconds = kMillisecondsOfToday;
    return SQLITE_OK;
}

int no_last_error(sqlite3_vfs*, int, char*) {
    return 0;
}

}  // namespace

CrashVfs::CrashVfs(CrashDisk& disk, std::string name, int seed)
    : disk_(disk), name_(std::move(name)) {
    vfs_.iVersion = 2;
    vfs_.szOsFile = sizeof(CrashVfsFile::Slot);
    vfs_.mxPathname = kNameBytesMax;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = open_file;
    vfs_.xDelete = remove_file;
    vfs_.xAccess = has_access;
    vfs_.xFullPathname = full_path;
    vfs_.xRandomness = no_randomness;
    vfs_.xSleep = no_waiting;
    vfs_.xGetLastError = no_last_error;
    vfs_.xCurrentTimeInt64 = today;
    KLEBER_ASSERT(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
    // A WAL's salt comes from SQLite's one generator, which would ask the system.
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, static_cast<sqlite3*>(nullptr));
}

CrashVfs::~CrashVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 0, static_cast<sqlite3*>(nullptr));
}

std::shared_ptr<DatabaseLocks> CrashVfs::locks_of(const CrashDisk::Open& open) {
    auto& known = locks_[{open.file.get(), open.process}];
    auto locks = known.lock();
    if (!locks) {
        locks = std::make_shared<DatabaseLocks>();
        known = locks;
    }
    return locks;
}

}  // namespace kleber::support
