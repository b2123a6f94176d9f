#include "gateway/app/payload_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::app {
namespace {

Result<std::string, std::string> read_all(int descriptor, const std::string& name) {
    std::string all;
    std::array<char, 64 << 10> part;
    for (;;) {
        const ssize_t count = ::read(descriptor, part.data(), part.size());
        if (count == 0) return all;
        if (count > 0) {
            all.append(part.data(), static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            return fail("cannot read " + name + ": " + std::strerror(errno));
        }
        if (all.size() > kVarintMax) return fail(name + " is larger than MQTT can carry (256 MB)");
    }
}

}  // namespace

Result<std::string, std::string> load_payload(const PubOptions& options, const Streams& streams) {
    if (options.message) return *options.message;
    if (options.reads_input) return read_all(streams.in, "the standard input");
    if (options.file.empty()) return std::string{};
    const runtime::FileDescriptor file{::open(options.file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open()) return fail("cannot read " + options.file + ": " + std::strerror(errno));
    return read_all(file.get(), options.file);
}

}  // namespace kleber::app
