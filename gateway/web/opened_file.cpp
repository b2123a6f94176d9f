#include "gateway/web/opened_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <tuple>
#include <utility>

namespace kleber::web {
namespace {

constexpr const char* kIndex = "index.html";
constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
constexpr int kFileFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

std::error_code last_error() {
    return {errno, std::generic_category()};
}

Result<runtime::FileDescriptor, std::error_code> open_folder(int at, const std::string& name,
                                                             int more_flags) {
    runtime::FileDescriptor folder{::openat(at, name.c_str(), kFolderFlags | more_flags)};
    if (!folder.is_open()) return fail(last_error());
    return folder;
}

Result<OpenedFile, std::error_code> open_file(int folder, const std::string& name) {
    struct stat state {};
    // Looked at before it is opened: a device may do something when it is.
    if (::fstatat(folder, name.c_str(), &state, AT_SYMLINK_NOFOLLOW) != 0) {
        return fail(last_error());
    }
    if (S_ISDIR(state.st_mode)) return fail(std::make_error_code(std::errc::is_a_directory));
    const auto not_there = std::make_error_code(std::errc::no_such_file_or_directory);
    if (!S_ISREG(state.st_mode)) return fail(not_there);
    OpenedFile file;
    file.descriptor = runtime::FileDescriptor{::openat(folder, name.c_str(), kFileFlags)};
    if (!file.descriptor.is_open()) return fail(last_error());
    // And once more: the name may mean something else by now.
    if (::fstat(file.descriptor.get(), &state) != 0) return fail(last_error());
    if (!S_ISREG(state.st_mode)) return fail(not_there);
    file.size_bytes = static_cast<std::uint64_t>(state.st_size);
    file.modified = std::chrono::sys_seconds{std::chrono::seconds{state.st_mtim.tv_sec}};
    file.modified_nanoseconds = static_cast<std::uint32_t>(state.st_mtim.tv_nsec);
    file.inode = state.st_ino;
    return file;
}

}  // namespace

Validators OpenedFile::validators() const {
    const auto seconds = static_cast<std::uint64_t>(modified.time_since_epoch().count());
    char tag[80];
    const int size =
        std::snprintf(tag, sizeof tag, "\"%" PRIx64 "-%" PRIx64 ".%" PRIx32 "-%" PRIx64 "\"",
                      size_bytes, seconds, modified_nanoseconds, inode);
    return {.entity_tag = std::string{tag, static_cast<std::size_t>(size)}, .modified = modified};
}

bool OpenedFile::is_older_than(const OpenedFile& other) const {
    return std::tie(modified, modified_nanoseconds) <
           std::tie(other.modified, other.modified_nanoseconds);
}

Result<runtime::FileDescriptor, std::error_code> open_root(const std::string& root) {
    auto folder = open_folder(AT_FDCWD, root, 0);
    if (!folder) return folder;
    // One that is open may still be one that we may not look into.
    return open_folder(folder->get(), ".", 0);
}

Result<FoundFile, std::error_code> find_file(const std::string& root, const FilePath& path) {
    auto folder = open_root(root);
    if (!folder) return fail(folder.error());
    FoundFile found{.folder = *std::move(folder), .name = kIndex, .file = {}};
    for (std::size_t index = 0; index < path.names.size(); ++index) {
        const std::string& name = path.names[index];
        if (index + 1 == path.names.size() && !path.is_folder) {
            found.name = name;
            break;
        }
        auto next = open_folder(found.folder.get(), name, O_NOFOLLOW);
        if (!next) return fail(next.error());
        found.folder = *std::move(next);
    }
    auto file = open_file(found.folder.get(), found.name);
    if (!file) {
        // A folder of the name of an index is none.
        if (path.is_folder && file.error() == std::errc::is_a_directory) {
            return fail(std::make_error_code(std::errc::no_such_file_or_directory));
        }
        return fail(file.error());
    }
    found.file = *std::move(file);
    return found;
}

Result<OpenedFile, std::error_code> open_beside(const FoundFile& found, const std::string& name) {
    return open_file(found.folder.get(), name);
}

}  // namespace kleber::web
