#include "gateway/sqlite/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/sqlite/statement.hpp"

namespace kleber::sqlite {
namespace {

// In front of a statement's own words. WAL without a shared index, since nobody shares it: this
// also locks the file against every other process. The state lives in the broker's memory, so the
// cache is small. Debian's library fills with zeros what is erased, and so writes every page that
// becomes free.
constexpr const char* kSetUp =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA page_size=4096;"
    "PRAGMA cache_size=-256;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA secure_delete=OFF;"
    "PRAGMA journal_size_limit=4194304;";
// As it is, with as many pages as there are, whatever its header says.
constexpr const char* kSetUpSalvage =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA writable_schema=ON;";

constexpr std::size_t kRewriteBytes = 65'536;

}  // namespace

Database::Database(std::string path, OpenMode mode, const std::string& vfs)
    : path_(std::move(path)) {
    const int create = mode == OpenMode::Create ? SQLITE_OPEN_CREATE : 0;
    // It is used by one thread at a time, so it needs no mutex.
    const int code = sqlite3_open_v2(
        path_.c_str(), &db_,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | create,
        vfs.empty() ? nullptr : vfs.c_str());
    if (check(code)) set_up(mode);
}

Database::~Database() {
    begin_.reset();
    commit_.reset();
    // Those of others are gone by now; a failure to close leaves what the next opening finds
    // anyway.
    sqlite3_close_v2(db_);
}

void Database::set_up(OpenMode mode) {
    // In the place of SQLite's own, which would make some commits wait for a checkpoint.
    sqlite3_wal_hook(db_, &Database::on_commit, this);
    if (mode == OpenMode::Salvage) {
        keep_log_on_close();
        run(kSetUpSalvage);
        return;
    }
    if (!run(kSetUp)) return;
    // Answers with the mode there is. A disk that cannot be written to is one reason to stay.
    if (text("PRAGMA journal_mode=WAL") != "wal" && !has_failed()) {
        failure_ = {Failure::Kind::Disk, sqlite3_db_readonly(db_, "main") != 0
                                             ? "it cannot be written to"
                                             : "its write-ahead log cannot be used"};
    }
    if (has_failed()) return;
    // Reading once opens the log, and takes the lock for good.
    number("SELECT count(*) FROM sqlite_schema");
    set_syncing(Syncing::AtCommit);
}

Failure Database::take_failure() {
    KLEBER_ASSERT(failure_.has_value());
    Failure taken = std::move(*failure_);
    failure_.reset();
    return taken;
}

bool Database::check(int code) {
    if (failure_) return false;
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return true;
    failure_ = failure_of(code, db_ != nullptr ? sqlite3_system_errno(db_) : 0);
    return false;
}

bool Database::run(const char* sql) {
    return !failure_ && check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
}

bool Database::run_prepared(std::unique_ptr<Statement>& statement, const char* sql) {
    if (has_failed()) return false;
    if (!statement) statement = std::make_unique<Statement>(*this, sql);
    return statement->run();
}

std::int64_t Database::number(const char* sql) {
    Statement statement{*this, sql};
    if (!statement.step()) return 0;
    const std::int64_t number = statement.number(0);
    statement.run();
    return number;
}

std::string Database::text(const char* sql) {
    Statement statement{*this, sql};
    if (!statement.step()) return {};
    std::string text{statement.text(0)};
    // What a statement changes (journal_mode does) is committed after its last row, and may fail.
    statement.run();
    return text;
}

void Database::set_syncing(Syncing syncing) {
    if (syncing_ == syncing) return;
    // NORMAL still syncs the log before a checkpoint, and the file after it.
    if (run(syncing == Syncing::AtCommit ? "PRAGMA synchronous=FULL"
                                         : "PRAGMA synchronous=NORMAL")) {
        syncing_ = syncing;
    }
}

sqlite3_file* Database::file(int which) {
    sqlite3_file* found = nullptr;
    check(sqlite3_file_control(db_, "main", which, &found));
    return found != nullptr && found->pMethods != nullptr ? found : nullptr;
}

bool Database::sync_log() {
    if (has_failed()) return false;
    sqlite3_file* log = file(SQLITE_FCNTL_JOURNAL_POINTER);
    return log == nullptr || check(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL));
}

bool Database::rewrite_log() {
    if (has_failed()) return false;
    sqlite3_file* log = file(SQLITE_FCNTL_JOURNAL_POINTER);
    if (log == nullptr) return !has_failed();
    sqlite3_int64 size = 0;
    if (!check(log->pMethods->xFileSize(log, &size)) || size == 0) return !has_failed();
    std::array<std::uint8_t, kRewriteBytes> part;
    for (sqlite3_int64 at = 0; at < size; at += static_cast<sqlite3_int64>(part.size())) {
        const auto bytes = static_cast<int>(std::min<sqlite3_int64>(kRewriteBytes, size - at));
        if (!check(log->pMethods->xRead(log, part.data(), bytes, at))) return false;
        if (!check(log->pMethods->xWrite(log, part.data(), bytes, at))) return false;
    }
    return check(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL));
}

bool Database::checkpoint() {
    if (has_failed()) return false;
    const int code =
        sqlite3_wal_checkpoint_v2(db_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (!check(code)) return false;
    log_pages_ = 0;
    return true;
}

void Database::keep_log_on_close() {
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

std::uint64_t Database::file_bytes() {
    std::uint64_t bytes = 0;
    for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
        sqlite3_file* found = has_failed() ? nullptr : file(which);
        sqlite3_int64 size = 0;
        if (found != nullptr && check(found->pMethods->xFileSize(found, &size))) {
            bytes += static_cast<std::uint64_t>(size);
        }
    }
    return bytes;
}

int Database::on_commit(void* self, sqlite3*, const char*, int pages) {
    static_cast<Database*>(self)->log_pages_ = static_cast<std::uint32_t>(pages);
    return SQLITE_OK;
}

}  // namespace kleber::sqlite
