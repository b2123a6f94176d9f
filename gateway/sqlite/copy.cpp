#include "gateway/sqlite/copy.hpp"

#include <sqlite3.h>

#include "gateway/sqlite/database.hpp"

namespace kleber::sqlite {

Copy::Copy(Database& source, const std::string& path, const std::string& vfs) {
    const int code = sqlite3_open_v2(
        path.c_str(), &target_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        vfs.empty() ? nullptr : vfs.c_str());
    if (code != SQLITE_OK) {
        fail_with(code);
        return;
    }
    // Half a copy is none, so nothing is journaled; who has the whole one syncs it.
    sqlite3_exec(target_, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;", nullptr, nullptr,
                 nullptr);
    backup_ = sqlite3_backup_init(target_, "main", source.db_, "main");
    if (backup_ == nullptr) fail_with(sqlite3_extended_errcode(target_));
}

Copy::~Copy() {
    sqlite3_backup_finish(backup_);
    sqlite3_close_v2(target_);
}

Copy::Outcome Copy::step(int pages) {
    if (backup_ == nullptr) return Outcome::Failed;
    const int code = sqlite3_backup_step(backup_, pages);
    if (code == SQLITE_OK) return Outcome::More;
    if (code != SQLITE_DONE) return fail_with(code);
    const int finished = sqlite3_backup_finish(backup_);
    backup_ = nullptr;
    return finished == SQLITE_OK ? Outcome::Done : fail_with(finished);
}

Copy::Outcome Copy::fail_with(int code) {
    failure_ = failure_of(code, target_ != nullptr ? sqlite3_system_errno(target_) : 0);
    return Outcome::Failed;
}

}  // namespace kleber::sqlite
