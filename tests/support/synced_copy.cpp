#include "tests/support/synced_copy.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "tests/support/real_calls.hpp"

namespace kleber::support {
namespace {

bool is_index(std::string_view name) {
    return name.ends_with("-shm");
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = RealCalls::get().write(fd, text.data(), text.size());
        if (count <= 0) std::abort();
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

SyncedCopy::SyncedCopy(std::string folder, std::string copy, std::uint64_t stop_at)
    : folder_(std::move(folder)), copy_(std::move(copy)), stop_at_(stop_at) {
    struct stat status;
    if (::stat(folder_.c_str(), &status) != 0) std::abort();
    device_ = status.st_dev;
    copy_all(folder_);
    write_names();
}

bool SyncedCopy::is_the_end() {
    return ++changes_ == stop_at_;
}

std::string SyncedCopy::path_of(int fd) const {
    std::array<char, 4096> path;
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    return size > 0 ? std::string{path.data(), static_cast<std::size_t>(size)} : std::string{};
}

bool SyncedCopy::is_below(const std::string& path) const {
    return path == folder_ || path.starts_with(folder_ + "/");
}

std::string SyncedCopy::relative(const std::string& path) const {
    return path == folder_ ? std::string{} : path.substr(folder_.size() + 1);
}

bool SyncedCopy::has(int fd) const {
    return fd >= 0 && fd < kDescriptorsMax &&
           by_descriptor_[static_cast<std::size_t>(fd)] != nullptr;
}

SyncedCopy::File& SyncedCopy::file_of(ino_t inode) {
    File*& file = by_inode_[inode];
    if (file == nullptr) {
        file = &files_.emplace_back();
        file->id = std::to_string(inode) + "." + std::to_string(uses_[inode]++);
        file->copy_fd = RealCalls::get().openat(AT_FDCWD, (copy_ + "/" + file->id).c_str(),
                                                O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
        if (file->copy_fd < 0) std::abort();
    }
    return *file;
}

void SyncedCopy::opened(int fd, int flags) {
    closed(fd);
    struct stat status;
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
    const std::string path = path_of(fd);
    if (!is_below(path) || is_index(path)) return;
    const std::lock_guard lock{mutex_};
    if (fd >= kDescriptorsMax) std::abort();
    File& file = file_of(status.st_ino);
    if ((flags & O_TRUNC) != 0) file.untouched = 0;
    by_descriptor_[static_cast<std::size_t>(fd)] = &file;
}

void SyncedCopy::closed(int fd) {
    if (has(fd)) by_descriptor_[static_cast<std::size_t>(fd)] = nullptr;
}

void SyncedCopy::duplicated(int fd, int copy) {
    closed(copy);
    if (!has(fd)) return;
    if (copy >= kDescriptorsMax) std::abort();
    by_descriptor_[static_cast<std::size_t>(copy)] =
        by_descriptor_[static_cast<std::size_t>(fd)].load();
}

void SyncedCopy::wrote(int fd, off_t begin, size_t count) {
    // Closed behind our back, and no file any more.
    if (begin < 0) return;
    const std::lock_guard lock{mutex_};
    std::vector<Range>& dirty = by_descriptor_[static_cast<std::size_t>(fd)].load()->dirty;
    const Range range{begin, begin + static_cast<off_t>(count)};
    if (!dirty.empty() && dirty.back().begin <= range.begin && range.begin <= dirty.back().end) {
        dirty.back().end = std::max(dirty.back().end, range.end);
        return;
    }
    if (dirty.size() == kDirtyMax) {
        // More than was written, at most: what lies between is as it was.
        Range all = dirty.front();
        for (const Range& one : dirty) {
            all = {std::min(all.begin, one.begin), std::max(all.end, one.end)};
        }
        dirty = {all};
    }
    dirty.push_back(range);
}

void SyncedCopy::truncated(int fd, off_t size) {
    const std::lock_guard lock{mutex_};
    File& file = *by_descriptor_[static_cast<std::size_t>(fd)].load();
    file.untouched = std::min(file.untouched, size);
}

void SyncedCopy::copy_range(int from, const File& file, Range range) const {
    std::array<char, 1 << 16> buffer;
    while (range.begin < range.end) {
        const auto wanted = std::min(static_cast<off_t>(buffer.size()), range.end - range.begin);
        const ssize_t count =
            ::pread(from, buffer.data(), static_cast<std::size_t>(wanted), range.begin);
        if (count <= 0) return;
        if (RealCalls::get().pwrite(file.copy_fd, buffer.data(), static_cast<std::size_t>(count),
                                    range.begin) != count) {
            std::abort();
        }
        range.begin += count;
    }
}

void SyncedCopy::sync_file(int fd, File& file) {
    const RealCalls& real = RealCalls::get();
    const off_t untouched = std::exchange(file.untouched, kWhole);
    const std::vector<Range> dirty = std::exchange(file.dirty, {});
    struct stat status;
    if (::fstat(file.copy_fd, &status) != 0) std::abort();
    if (untouched < status.st_size && real.ftruncate(file.copy_fd, untouched) != 0) std::abort();
    // The descriptor may be for writing only.
    int from = fd;
    if ((::fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
        from = real.openat(AT_FDCWD, ("/proc/self/fd/" + std::to_string(fd)).c_str(),
                           O_RDONLY | O_CLOEXEC);
    }
    for (const Range& range : dirty) copy_range(from, file, range);
    if (from != fd) real.close(from);
    if (::fstat(fd, &status) != 0 || real.ftruncate(file.copy_fd, status.st_size) != 0) {
        std::abort();
    }
}

bool SyncedCopy::sync(int fd) {
    const std::lock_guard lock{mutex_};
    if (has(fd)) {
        sync_file(fd, *by_descriptor_[static_cast<std::size_t>(fd)].load());
        return true;
    }
    struct stat status;
    if (::fstat(fd, &status) != 0) return false;
    const std::string path = path_of(fd);
    if (!is_below(path) || is_index(path)) return false;
    if (S_ISDIR(status.st_mode)) {
        sync_folder(path);
        write_names();
    } else if (S_ISREG(status.st_mode)) {
        // Opened by stdio: what was written to it is not known.
        File& file = file_of(status.st_ino);
        file.dirty = {{0, kWhole}};
        sync_file(fd, file);
    }
    return true;
}

void SyncedCopy::sync_folder(const std::string& path) {
    std::string inside = relative(path);
    if (!inside.empty()) inside += "/";
    std::erase_if(names_, [&](const auto& entry) {
        const std::string& name = entry.first;
        return name.starts_with(inside) && name.find('/', inside.size()) == std::string::npos;
    });
    DIR* const directory = ::opendir(path.c_str());
    if (directory == nullptr) return;
    while (const dirent* entry = ::readdir(directory)) {
        // By its status: the entry's own number is another one on some file systems.
        struct stat status;
        if (::fstatat(::dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (!S_ISREG(status.st_mode) || is_index(entry->d_name)) continue;
        names_[inside + entry->d_name] = file_of(status.st_ino).id;
    }
    ::closedir(directory);
}

void SyncedCopy::copy_all(const std::string& path) {
    sync_folder(path);
    DIR* const directory = ::opendir(path.c_str());
    if (directory == nullptr) return;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string name = entry->d_name;
        const std::string inside = path + "/" + name;
        struct stat status;
        if (name == "." || name == ".." || ::lstat(inside.c_str(), &status) != 0) continue;
        if (S_ISDIR(status.st_mode)) copy_all(inside);
        if (!S_ISREG(status.st_mode) || is_index(name)) continue;
        const RealCalls& real = RealCalls::get();
        const int from = real.openat(AT_FDCWD, inside.c_str(), O_RDONLY | O_CLOEXEC);
        if (from < 0) std::abort();
        copy_range(from, file_of(status.st_ino), {0, kWhole});
        real.close(from);
    }
    ::closedir(directory);
}

void SyncedCopy::write_names() const {
    std::string text;
    for (const auto& [name, id] : names_) text.append(id).append(" ").append(name).append("\n");
    const RealCalls& real = RealCalls::get();
    const std::string file = copy_ + "/names";
    const int fd = real.openat(AT_FDCWD, (file + ".new").c_str(),
                               O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) std::abort();
    write_all(fd, text);
    real.close(fd);
    if (real.renameat2(AT_FDCWD, (file + ".new").c_str(), AT_FDCWD, file.c_str(), 0) != 0) {
        std::abort();
    }
}

ino_t SyncedCopy::known(int folder_fd, const char* name) {
    struct stat status;
    if (::fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return 0;
    const std::lock_guard lock{mutex_};
    const bool is_ours = status.st_dev == device_ && by_inode_.contains(status.st_ino);
    return is_ours ? status.st_ino : 0;
}

// None of our files has two names; who has it open goes on with what it has. The next file of this
// number begins empty, also where the process is killed before it was seen to be opened.
void SyncedCopy::forget(ino_t inode) {
    const std::lock_guard lock{mutex_};
    by_inode_.erase(inode);
    const std::string next = std::to_string(inode) + "." + std::to_string(uses_[inode]);
    const RealCalls& real = RealCalls::get();
    real.close(
        real.openat(AT_FDCWD, (copy_ + "/" + next).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

}  // namespace kleber::support
