#include "gateway/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "gateway/base/iso_time.hpp"

namespace kleber::sqlite {
namespace {

constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr std::size_t kCopyBytes = 1 << 20;
constexpr const char* kCompanions[] = {"-wal", "-journal", "-shm"};

Failure<std::string> failure(const std::string& what) {
    return fail(what + ": " + std::strerror(errno));
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    ~Descriptor() {
        if (is_open()) ::close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

// Not where it is his already: some file systems know no owners.
bool give_to_owner_of_folder(int file, const std::string& path) {
    struct stat folder {};
    struct stat made {};
    if (::geteuid() != 0) return true;
    if (::stat(folder_of(path).c_str(), &folder) != 0 || ::fstat(file, &made) != 0) return false;
    if (folder.st_uid == made.st_uid && folder.st_gid == made.st_gid) return true;
    return ::fchown(file, folder.st_uid, folder.st_gid) == 0;
}

// Not open, with errno, where there is something of this name already.
Descriptor make_private(const std::string& path) {
    Descriptor made{
        ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, kPrivate)};
    if (!made.is_open() || give_to_owner_of_folder(made.get(), path)) return made;
    const int error = errno;
    ::unlink(path.c_str());
    errno = error;
    return Descriptor{-1};
}

bool copy_all(int from, int to) {
    while (true) {
        const ssize_t count = ::sendfile(to, from, nullptr, kCopyBytes);
        if (count == 0) return true;
        if (count < 0 && errno != EINTR) return false;
    }
}

Status<std::string> sync_path(const std::string& path, int flags) {
    const Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)};
    if (!opened.is_open()) return failure("cannot open " + path);
    if (::fsync(opened.get()) != 0) return failure("cannot sync " + path);
    return Success{};
}

Status<std::string> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure("cannot remove " + path);
    return Success{};
}

}  // namespace

bool has_file(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0;
}

std::optional<std::string> objection_to(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return std::nullopt;
        return failure("cannot look at it").error;
    }
    if (S_ISLNK(found.st_mode)) return "it is a symbolic link; give the file's own path";
    if (!S_ISREG(found.st_mode)) return "it is not a file";
    if ((found.st_mode & kOthers) != 0) {
        return "others may read or write it, and it holds messages; type: chmod 600 " + path;
    }
    return std::nullopt;
}

Status<std::string> create_private_file(const std::string& path) {
    const Descriptor made = make_private(path);
    if (!made.is_open()) return failure("cannot make " + path);
    return Success{};
}

Status<std::string> copy_to_private_file(const std::string& from, const std::string& path) {
    const Descriptor source{::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!source.is_open()) return failure("cannot read " + from);
    // Whoever owns the folder may give its names to other files meanwhile: so what was made is
    // written to by its descriptor, never by its name.
    const Descriptor made = make_private(path);
    if (!made.is_open()) return failure("cannot make " + path);
    if (copy_all(source.get(), made.get())) return Success{};
    const auto failed = failure("cannot copy " + from + " to " + path);
    ::unlink(path.c_str());
    return failed;
}

Status<std::string> sync_file(const std::string& path) {
    return sync_path(path, 0);
}

Status<std::string> sync_folder_of(const std::string& path) {
    return sync_path(folder_of(path), O_DIRECTORY);
}

Status<std::string> rename_file(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) {
        return failure("cannot rename " + from + " to " + to);
    }
    return Success{};
}

Status<std::string> remove_database(const std::string& path) {
    for (const char* companion : kCompanions) {
        if (auto removed = remove_file(path + companion); !removed) return removed;
    }
    return remove_file(path);
}

Status<std::string> rename_database(const std::string& from, const std::string& to) {
    for (const char* companion : kCompanions) {
        if (!has_file(from + companion)) continue;
        if (auto renamed = rename_file(from + companion, to + companion); !renamed) return renamed;
    }
    if (!has_file(from)) return Success{};
    return rename_file(from, to);
}

std::string dated_name(const std::string& path, const std::string& word, WallTime time) {
    std::string date = iso_time(time);  // 2026-11-20T05:12:24Z
    date.erase(std::remove_if(date.begin(), date.end(),
                              [](char c) { return c == '-' || c == ':' || c == 'Z'; }),
               date.end());
    std::replace(date.begin(), date.end(), 'T', '-');
    const std::string name = path + "." + word + "-" + date;
    std::string unused = name;
    for (int number = 2; has_file(unused); ++number) unused = name + "-" + std::to_string(number);
    return unused;
}

}  // namespace kleber::sqlite
