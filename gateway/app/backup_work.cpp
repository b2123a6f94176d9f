#include "gateway/app/backup_work.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kleber::app {

BackupWork::~BackupWork() {
    if (has_begun_) ::unlink(path_.c_str());
}

std::optional<control::LateAnswer> BackupWork::go_on(store::Store& store) {
    if (!has_begun_) {
        // Backups come one after the other: what is there was left by one that a crash has ended.
        ::unlink(path_.c_str());
        if (const auto begun = store.begin_backup(path_); !begun) {
            return control::failure(begun.error().reason);
        }
        has_begun_ = true;
        return std::nullopt;
    }
    const auto is_whole = store.go_on_with_backup();
    if (!is_whole) return control::failure(is_whole.error().reason);
    if (!*is_whole) return std::nullopt;
    auto file = std::make_shared<runtime::FileDescriptor>(
        ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file->is_open()) {
        return control::failure("cannot open " + path_ + ": " + std::strerror(errno));
    }
    control::LateAnswer answer{control::success()};
    answer.file = std::move(file);
    return answer;
}

}  // namespace kleber::app
