#include "gateway/certificates/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/certificates/descriptor.hpp"

namespace kleber::certificates {
namespace {

// To let a group read it is somebody's decision; everybody is not.
constexpr mode_t kOthers = S_IRWXO | S_IWGRP;

Failure<std::string> failure() {
    return fail(std::string{"cannot be read: "} + std::strerror(errno));
}

}  // namespace

Result<std::string, std::string> read_file(int folder, const std::string& name, Links links,
                                           Contents contents) {
    // Nobody waits for the other end of a pipe.
    const int flags =
        O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (links == Links::Refuse ? O_NOFOLLOW : 0);
    const Descriptor file{::openat(folder, name.c_str(), flags)};
    if (!file.is_open()) {
        if (errno == ELOOP && links == Links::Refuse) {
            return fail(std::string{"is a symbolic link, which is not followed"});
        }
        return failure();
    }
    struct stat found {};
    if (::fstat(file.get(), &found) != 0) return failure();
    if (S_ISDIR(found.st_mode)) return fail(std::string{"is a folder"});
    if (!S_ISREG(found.st_mode)) return fail(std::string{"is not a file"});
    if (contents == Contents::Secret && (found.st_mode & kOthers) != 0) {
        return fail(std::string{"can be read or changed by others; `chmod 600` ends that"});
    }
    std::string text;
    text.resize(kFileBytesMax + 1);
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = ::read(file.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure();
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > kFileBytesMax) return fail(std::string{"has more than 1 MiB: no certificate has"});
    text.resize(size);
    return text;
}

}  // namespace kleber::certificates
