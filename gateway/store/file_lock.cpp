#include "gateway/store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/sqlite/files.hpp"

namespace kleber::store {

Result<std::unique_ptr<FileLock>, std::string> FileLock::take(const std::string& path) {
    const std::string name = path + ".lock";
    if (!sqlite::has_file(name)) {
        // Where another program was faster, it is there.
        auto made = sqlite::create_private_file(name);
        if (!made && !sqlite::has_file(name)) return fail(made.error());
    }
    const int descriptor = ::open(name.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return fail("cannot open " + name + ": " + std::strerror(errno));
    std::unique_ptr<FileLock> lock{new FileLock{descriptor}};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno == EWOULDBLOCK) return fail(std::string{"another program holds it"});
    return fail("cannot lock " + name + ": " + std::strerror(errno));
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

}  // namespace kleber::store
