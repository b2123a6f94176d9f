#include "gateway/auth/users_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "gateway/auth/users_text.hpp"

namespace kleber::auth {

namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOthers = 0077;

std::string reason(int error) {
    return std::generic_category().message(error);
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (is_open()) ::close(number_);
    }

    bool is_open() const { return number_ >= 0; }
    int get() const { return number_; }

  private:
    int number_;
};

text::Diagnostic unreadable(const std::string& path, const std::string& why,
                            std::string hint = {}) {
    return {.file = path, .message = "cannot be read: " + why, .hint = std::move(hint)};
}

std::optional<text::Diagnostic> problem_of(const std::string& path, const struct stat& status) {
    if (!S_ISREG(status.st_mode)) return unreadable(path, "it is no file");
    if ((status.st_mode & kOthers) != 0) {
        return unreadable(path, "others may read it", "chmod 600 " + path);
    }
    const uid_t us = ::geteuid();
    if (us != 0 && status.st_uid != us) {
        return unreadable(path, "it is somebody else's", "sudo chown kleber: " + path);
    }
    return std::nullopt;
}

// None if there is no such file.
Result<std::optional<text::Source>, text::Diagnostic> read_source(const std::string& path) {
    // Without waiting: nobody may be at the other end of a pipe.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!file.is_open()) {
        if (errno == ENOENT) return std::optional<text::Source>{};
        if (errno == ELOOP) return fail(unreadable(path, "it is a symbolic link"));
        return fail(unreadable(path, reason(errno)));
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail(unreadable(path, reason(errno)));
    if (auto problem = problem_of(path, status)) return fail(std::move(*problem));
    text::Source source{path, {}};
    char block[16 << 10];
    // One byte more than may be is enough for the parser to refuse it.
    while (source.text.size() <= text::kTomlBytesMax) {
        const ssize_t count = ::read(file.get(), block, sizeof block);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(unreadable(path, reason(errno)));
        if (count == 0) break;
        source.text.append(block, static_cast<std::size_t>(count));
    }
    return std::optional<text::Source>{std::move(source)};
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// Until the descriptor goes. The file itself cannot be locked: it is replaced. Anybody who may read
// the folder can lock it, and for ever: so nobody is waited for who takes longer than a change.
std::optional<std::string> lock(int folder, Duration patience) {
    constexpr Duration kPause{10};
    for (Duration waited{0};; waited += kPause) {
        if (::flock(folder, LOCK_EX | LOCK_NB) == 0) return std::nullopt;
        if (errno != EWOULDBLOCK && errno != EINTR) return reason(errno);
        if (waited >= patience) return "somebody else has locked it";
        ::poll(nullptr, 0, static_cast<int>(kPause.count()));
    }
}

// As the old file; a first one as the folder it is in, so that root may make the gateway's.
bool give_to_owner(int folder, const char* name, int file) {
    struct stat status {};
    if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 &&
        ::fstat(folder, &status) != 0) {
        return false;
    }
    struct stat own {};
    if (::fstat(file, &own) != 0) return false;
    if (own.st_uid == status.st_uid && own.st_gid == status.st_gid) return true;
    if (::fchown(file, status.st_uid, status.st_gid) == 0) return true;
    // Without root, only the group could be another, and it has no rights.
    return own.st_uid == status.st_uid;
}

Status<std::string> replace(int folder, const std::string& path, std::string_view text) {
    const std::string name = std::filesystem::path{path}.filename().string();
    const std::string growing = '.' + name + ".new";
    const auto failed = [&](int error) {
        ::unlinkat(folder, growing.c_str(), 0);
        return fail("cannot write " + path + ": " + reason(error));
    };
    // What is there was left by a crash.
    ::unlinkat(folder, growing.c_str(), 0);
    const Descriptor file{::openat(
        folder, growing.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly)};
    if (!file.is_open()) return failed(errno);
    if (!write_all(file.get(), text) || !give_to_owner(folder, name.c_str(), file.get()) ||
        ::fsync(file.get()) != 0 ||
        ::renameat(folder, growing.c_str(), folder, name.c_str()) != 0) {
        return failed(errno);
    }
    if (::fsync(folder) != 0) {
        return fail(path + " is written, but a power cut may undo that: " + reason(errno) +
                    "; `kleber reload` obeys it");
    }
    return Success{};
}

// What could not be read again would lock everybody out at the next start.
Result<std::string, std::string> readable_text_of(const Users& users, const std::string& path) {
    std::string text = text_of(users);
    if (text.size() > text::kTomlBytesMax) {
        return fail(path + " has no room for that: it may have at most " +
                    std::to_string(text::kTomlBytesMax >> 20) + " MiB");
    }
    if (!parse_users({path, text})) return fail("that could not be read again from " + path);
    return text;
}

std::string without_line_end(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

}  // namespace

Result<std::optional<Users>, text::Diagnostics> read_users_file(const std::string& path) {
    auto source = read_source(path);
    if (!source) {
        text::Diagnostics diagnostics;
        diagnostics.add(source.error());
        return fail(std::move(diagnostics));
    }
    if (!*source) return std::optional<Users>{};
    auto users = parse_users(std::move(**source));
    if (!users) return fail(users.error());
    return std::optional<Users>{std::move(*users)};
}

Result<Users, std::string> change_users_file(const std::string& path, const UsersChange& change,
                                             Duration patience) {
    const std::string parent = std::filesystem::path{path}.parent_path().string();
    const std::string folder_name = parent.empty() ? "." : parent;
    const Descriptor folder{::open(folder_name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.is_open()) return fail("cannot open " + folder_name + ": " + reason(errno));
    if (auto problem = lock(folder.get(), patience)) {
        return fail("cannot lock " + folder_name + ": " + *problem);
    }
    const auto before = read_users_file(path);
    if (!before) return fail(without_line_end(render(before.error())));
    auto after = change(*before);
    if (!after) return fail(after.error());
    const auto text = readable_text_of(*after, path);
    if (!text) return fail(text.error());
    const auto replaced = replace(folder.get(), path, *text);
    if (!replaced) return fail(replaced.error());
    return std::move(*after);
}

}  // namespace kleber::auth
