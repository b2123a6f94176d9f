#include "gateway/net/tcp_listener.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kleber::net {
namespace {

constexpr Duration kPause = std::chrono::milliseconds{200};

runtime::FileDescriptor open_reserve() {
    return runtime::FileDescriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

void set_option(int fd, int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
}

}  // namespace

Result<runtime::FileDescriptor, std::string> TcpListener::listen(const Address& address) {
    const auto failure = [&](const char* what) {
        return fail(address.text() + ": " + what + ": " + std::strerror(errno));
    };
    runtime::FileDescriptor socket{
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.is_open()) return failure("socket");
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.storage.ss_family == AF_INET6) {
        set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    }
    // Accepted sockets inherit these: no system call for each.
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(socket.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) !=
        0) {
        return failure("bind");
    }
    if (::listen(socket.get(), SOMAXCONN) != 0) return failure("listen");
    return socket;
}

TcpListener::TcpListener(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                         OnAccept on_accept)
    : lane_(lane),
      token_(token),
      socket_(std::move(socket)),
      reserve_(open_reserve()),
      on_accept_(std::move(on_accept)) {
    lane_.watch(socket_.get(), token_, EPOLLIN);
}

TcpListener::~TcpListener() = default;

void TcpListener::on_ready(std::uint32_t) {
    for (int count = 0; count < kAcceptedPerTurn; ++count) {
        Address peer;
        peer.size = sizeof peer.storage;
        runtime::FileDescriptor accepted{::accept4(socket_.get(),
                                                   reinterpret_cast<sockaddr*>(&peer.storage),
                                                   &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (accepted.is_open()) {
            on_accept_(std::move(accepted), peer);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            refuse_for_want_of_descriptors();
        }
        return;
    }
}

void TcpListener::refuse_for_want_of_descriptors() {
    lane_.log().write(LogLevel::Warning, lane_.now(),
                      std::string{"connection refused: "} + std::strerror(errno));
    lane_.traffic().connections_refused.add();
    reserve_.reset();
    runtime::FileDescriptor refused{
        ::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    refused.reset();
    reserve_ = open_reserve();
    // Others may be waiting too: rather let them wait than spin.
    lane_.rewatch(socket_.get(), token_, 0);
    lane_.set_deadline(token_, lane_.now().steady + kPause);
    is_paused_ = true;
}

void TcpListener::on_deadline() {
    if (!is_paused_) return;
    is_paused_ = false;
    if (!reserve_.is_open()) reserve_ = open_reserve();
    lane_.rewatch(socket_.get(), token_, EPOLLIN);
}

void TcpListener::close() {
    lane_.unwatch(socket_.get());
    socket_.reset();
    lane_.remove(token_);
}

Address local_address(int fd) {
    Address address;
    address.size = sizeof address.storage;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size);
    return address;
}

}  // namespace kleber::net
