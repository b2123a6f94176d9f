#include "gateway/certificates/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace kleber::certificates {
namespace {

constexpr mode_t kFolderMode = 0755;
constexpr mode_t kPrivateMode = 0600;
constexpr mode_t kPublicMode = 0644;

Failure<std::string> failure(const std::string& what) {
    return fail(what + ": " + std::strerror(errno));
}

std::string without_slashes(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// What root makes in somebody else's folder must be of use to him. Not where it is his already:
// some file systems know no owners.
bool give_to_owner_of(const struct stat& folder, int made) {
    struct stat found {};
    if (::geteuid() != 0) return true;
    if (::fstat(made, &found) != 0) return false;
    if (folder.st_uid == found.st_uid && folder.st_gid == found.st_gid) return true;
    return ::fchown(made, folder.st_uid, folder.st_gid) == 0;
}

bool write_all(int file, const std::string& contents) {
    std::size_t size = 0;
    while (size < contents.size()) {
        const ssize_t count = ::write(file, contents.data() + size, contents.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        size += static_cast<std::size_t>(count);
    }
    return true;
}

// Gives the file its name.
bool take_name(int folder, const std::string& growing, const std::string& name, Existing existing) {
    if (existing == Existing::Replace) {
        return ::renameat(folder, growing.c_str(), folder, name.c_str()) == 0;
    }
    // Other than a new name, a second one is refused where there is such a file.
    return ::linkat(folder, growing.c_str(), folder, name.c_str(), 0) == 0 &&
           ::unlinkat(folder, growing.c_str(), 0) == 0;
}

}  // namespace

Result<Folder, std::string> Folder::open(const std::string& folder_path, Missing missing) {
    const std::string path = without_slashes(folder_path);
    const bool is_new = missing == Missing::Make && ::mkdir(path.c_str(), kFolderMode) == 0;
    if (missing == Missing::Make && !is_new && errno != EEXIST)
        return failure("cannot make the folder " + path);
    Descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    struct stat found {};
    if (!folder.is_open()) {
        if (::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode)) {
            return fail(path + " is a symbolic link; give the folder's own path");
        }
        return failure("cannot open the folder " + path);
    }
    struct stat parent {};
    if (is_new && (::stat(parent_of(path).c_str(), &parent) != 0 ||
                   !give_to_owner_of(parent, folder.get()))) {
        return failure("cannot give the folder " + path + " to whose folder it is in");
    }
    if (::fstat(folder.get(), &found) != 0) return failure("cannot look at the folder " + path);
    if ((found.st_mode & S_IWOTH) != 0) {
        return fail("everybody may put files into " + path +
                    ": choose another folder for certificates");
    }
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return fail("another kleber works in " + path + "; try again");
        }
        return failure("cannot lock the folder " + path);
    }
    return Folder{path, std::move(folder)};
}

bool Folder::is_roots() const {
    struct stat found {};
    return ::fstat(folder_.get(), &found) == 0 && found.st_uid == 0;
}

bool Folder::has(const std::string& name) const {
    struct stat found {};
    return ::fstatat(folder_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<std::optional<std::string>, std::string> Folder::read(const std::string& name,
                                                             Contents contents) const {
    if (!has(name)) return std::optional<std::string>{};
    auto text = read_file(folder_.get(), name, Links::Refuse, contents);
    if (!text) return fail(path_of(name) + " " + text.error());
    return std::optional<std::string>{std::move(*text)};
}

Status<std::string> Folder::write(const std::string& name, const std::string& contents,
                                  Access access, Owner owner, Existing existing) const {
    const std::string path = path_of(name);
    struct stat found {};
    if (::fstatat(folder_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0) {
        if (existing == Existing::Keep) return fail(path + " is there already");
        if (!S_ISREG(found.st_mode)) return fail(path + " is not a file; it is left as it is");
    }
    // One that a crash has left; the lock says that nobody works on it.
    const std::string growing = "." + name + ".new";
    ::unlinkat(folder_.get(), growing.c_str(), 0);
    const Descriptor file{::openat(folder_.get(), growing.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                   kPrivateMode)};
    if (!file.is_open()) return failure("cannot make " + path);
    struct stat folder {};
    const bool is_written =
        write_all(file.get(), contents) && ::fstat(folder_.get(), &folder) == 0 &&
        (owner == Owner::Maker || give_to_owner_of(folder, file.get())) &&
        ::fchmod(file.get(), access == Access::Private ? kPrivateMode : kPublicMode) == 0 &&
        ::fsync(file.get()) == 0 && take_name(folder_.get(), growing, name, existing) &&
        ::fsync(folder_.get()) == 0;
    if (is_written) return Success{};
    const auto failed = failure("cannot write " + path);
    ::unlinkat(folder_.get(), growing.c_str(), 0);
    return failed;
}

}  // namespace kleber::certificates
