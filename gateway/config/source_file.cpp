#include "gateway/config/source_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kleber::config {

namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

text::Diagnostic unreadable(const std::string& file, const std::string& why) {
    return {.file = file, .message = "cannot be read: " + why};
}

class File {
  public:
    // Without waiting: a pipe that nobody writes to would hold up the start.
    explicit File(const std::string& name)
        : descriptor_(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }
    bool is_pipe() const {
        struct stat status {};
        return fstat(descriptor_, &status) == 0 && S_ISFIFO(status.st_mode);
    }
    // Bytes read, 0 at the end, or -1 and errno.
    ssize_t read_some(char* out, std::size_t size) const {
        ssize_t count = 0;
        do {
            count = read(descriptor_, out, size);
        } while (count < 0 && errno == EINTR);
        return count;
    }

  private:
    int descriptor_;
};

}  // namespace

Result<text::Source, text::Diagnostic> read_source(const std::string& name) {
    const File file{name};
    if (!file.is_open()) return fail(unreadable(name, reason(errno)));
    if (file.is_pipe()) return fail(unreadable(name, "it is a pipe"));
    text::Source source{name, {}};
    char block[16 << 10];
    // One byte more than may be is enough for the parser to refuse it.
    while (source.text.size() <= text::kTomlBytesMax) {
        const ssize_t count = file.read_some(block, sizeof block);
        if (count < 0) return fail(unreadable(name, reason(errno)));
        if (count == 0) break;
        source.text.append(block, static_cast<std::size_t>(count));
    }
    return source;
}

}  // namespace kleber::config
