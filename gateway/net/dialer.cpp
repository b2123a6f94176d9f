#include "gateway/net/dialer.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace kleber::net {
namespace {

// Keep alive finds a dead peer where MQTT's own is switched off.
void set_options(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

int take_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

Dialer::Progress Dialer::try_next(const Now& now) {
    while (next_ < addresses_.size()) {
        const Address& address = addresses_[next_++];
        socket_ = runtime::FileDescriptor{
            ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
        if (!socket_.is_open()) {
            fail_with(errno);
            continue;
        }
        set_options(socket_.get());
        if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address.storage),
                      address.size) == 0) {
            return Progress::Connected;
        }
        if (errno == EINPROGRESS || errno == EINTR) {
            deadline_ = now.steady + kPatience;
            return Progress::Waiting;
        }
        fail_with(errno);
    }
    return Progress::Failed;
}

Dialer::Progress Dialer::on_ready(const Now& now) {
    const int error = take_error(socket_.get());
    if (error == 0) return Progress::Connected;
    fail_with(error);
    return try_next(now);
}

Dialer::Progress Dialer::on_deadline(const Now& now) {
    if (now.steady < deadline_) return Progress::Waiting;
    fail_with(ETIMEDOUT);
    return try_next(now);
}

void Dialer::fail_with(int error_number) {
    error_ = std::strerror(error_number);
    socket_.reset();
}

}  // namespace kleber::net
