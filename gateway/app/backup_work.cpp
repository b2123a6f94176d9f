#include "gateway/app/backup_work.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

constexpr std::size_t kSliceBytes = 1 << 20;

control::Answer failure(const std::string& what) {
    return control::failure(what + ": " + std::strerror(errno));
}

}  // namespace

BackupWork::BackupWork(std::string path, runtime::FileDescriptor target)
    : path_(std::move(path)), target_(std::move(target)) {}

BackupWork::~BackupWork() {
    if (stage_ == Stage::Copying) ::unlink(path_.c_str());
}

control::Answer BackupWork::go_on(store::Store& store) {
    if (stage_ == Stage::ToBegin) {
        // Backups come one after the other: what is there was left by one that a crash has ended.
        ::unlink(path_.c_str());
        const auto begun = store.begin_backup(path_);
        if (!begun) return control::failure(begun.error().reason);
        stage_ = Stage::Growing;
        return std::nullopt;
    }
    if (stage_ == Stage::Copying) return copy_some();
    const auto is_whole = store.go_on_with_backup();
    if (!is_whole) return control::failure(is_whole.error().reason);
    if (*is_whole) {
        stage_ = Stage::Copying;
        source_ = runtime::FileDescriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        if (!source_.is_open()) return failure("cannot open " + path_);
    }
    return std::nullopt;
}

control::Answer BackupWork::copy_some() {
    const ssize_t count = ::sendfile(target_.get(), source_.get(), nullptr, kSliceBytes);
    if (count < 0 && errno == EINTR) return std::nullopt;
    if (count < 0) return failure("cannot write the backup");
    bytes_ += static_cast<std::uint64_t>(count);
    if (count > 0) return std::nullopt;
    if (::fsync(target_.get()) != 0) return failure("cannot sync the backup");
    std::string line;
    text::JsonWriter{line}.begin_object().member("ok", true).member("bytes", bytes_).end_object();
    return line;
}

}  // namespace kleber::app
