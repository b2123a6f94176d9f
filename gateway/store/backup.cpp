#include "gateway/store/backup.hpp"

#include <utility>

#include "gateway/sqlite/files.hpp"

namespace kleber::store {
namespace {

// A megabyte.
constexpr int kSlicePages = 256;

}  // namespace

Result<std::unique_ptr<Backup>, std::string> Backup::begin(sqlite::Database& source,
                                                           const std::string& path,
                                                           const std::string& vfs) {
    if (vfs.empty()) {
        if (auto created = sqlite::create_private_file(path); !created)
            return fail(created.error());
    }
    return std::unique_ptr<Backup>{new Backup{source, path, vfs}};
}

Backup::Backup(sqlite::Database& source, std::string path, const std::string& vfs)
    : path_(std::move(path)), is_file_(vfs.empty()) {
    copy_.emplace(source, path_, vfs);
}

Backup::~Backup() {
    copy_.reset();
    // Half a backup is none. What cannot be removed either is no harm but to the disk's room.
    if (is_file_ && !is_whole_) (void)sqlite::remove_database(path_).has_value();
}

Result<bool, std::string> Backup::go_on() {
    switch (copy_->step(kSlicePages)) {
        case sqlite::Copy::Outcome::More:
            return false;
        case sqlite::Copy::Outcome::Failed:
            return fail(copy_->failure().text);
        case sqlite::Copy::Outcome::Done:
            break;
    }
    copy_.reset();
    is_whole_ = true;
    return true;
}

}  // namespace kleber::store
