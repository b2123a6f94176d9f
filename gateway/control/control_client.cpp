#include "gateway/control/control_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/byte_reader.hpp"
#include "gateway/net/unix_socket.hpp"

namespace kleber::control {
namespace {

constexpr std::chrono::seconds kPatience{30};
// A page of clients whose ids are all as long as they may be.
constexpr std::size_t kAnswerBytesMax = 128 << 20;

std::string describe_error() {
    if (errno == EAGAIN) return "the gateway does not answer";
    return std::string{"the gateway does not answer: "} + std::strerror(errno);
}

}  // namespace

Result<ControlClient, std::error_code> ControlClient::connect(const std::string& path) {
    auto socket = net::connect_unix(path, net::Blocking::Yes);
    if (!socket) return fail(socket.error());
    ControlClient client{std::move(*socket)};
    client.set_patience(kPatience);
    return client;
}

void ControlClient::set_patience(std::chrono::seconds longest) {
    const timeval wait{.tv_sec = static_cast<time_t>(longest.count()), .tv_usec = 0};
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
        ::setsockopt(socket_.get(), SOL_SOCKET, option, &wait, sizeof wait);
    }
}

Result<text::Json, std::string> ControlClient::ask(std::string_view line) {
    if (const auto sent = send(line); !sent) return fail(sent.error());
    const auto answer = receive_line();
    if (!answer) return fail(answer.error());
    return text::parse_json(*answer, {.bytes_max = kAnswerBytesMax});
}

Status<std::string> ControlClient::send(std::string_view line) {
    const std::string whole = std::string{line} + '\n';
    std::size_t sent = 0;
    while (sent < whole.size()) {
        const ssize_t count =
            ::send(socket_.get(), whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(describe_error());
        sent += static_cast<std::size_t>(count);
    }
    return Success{};
}

Result<std::string, std::string> ControlClient::receive_line() {
    std::array<std::uint8_t, 16 << 10> room;
    std::size_t searched = 0;
    while (true) {
        const std::size_t end = received_.find('\n', searched);
        if (end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        searched = received_.size();
        if (searched > kAnswerBytesMax) return fail(std::string{"the answer is too long"});
        const ssize_t count = net::receive_with_file(socket_.get(), room, file_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(describe_error());
        if (count == 0) return fail(std::string{"the gateway closed the connection"});
        received_.append(as_text(Bytes{room}.first(static_cast<std::size_t>(count))));
    }
}

}  // namespace kleber::control
