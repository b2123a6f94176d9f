#include "gateway/app/streams.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string>

namespace kleber::app {

Writing write_all(int output, Bytes bytes, int interrupt) {
    while (!bytes.empty()) {
        std::array<pollfd, 2> watched{{{output, POLLOUT, 0}, {interrupt, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0) continue;
        if (watched[0].revents == 0) return Writing::Interrupted;
        // A pipe that can be written to has room for so much, so that write() does not block.
        const std::size_t size = std::min<std::size_t>(bytes.size(), PIPE_BUF);
        const ssize_t written = ::write(output, bytes.data(), size);
        if (written >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            return Writing::ReaderGone;
        } else if (errno != EINTR && errno != EAGAIN) {
            return Writing::Failed;
        }
    }
    return Writing::Done;
}

void say(const Streams& streams, std::string_view text) {
    std::string line = "kleber: ";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        line += byte < 0x20 || byte == 0x7F ? '?' : character;
    }
    line += '\n';
    // Nobody is left to be told that nobody listens.
    [[maybe_unused]] const ssize_t written = ::write(streams.error, line.data(), line.size());
}

}  // namespace kleber::app
