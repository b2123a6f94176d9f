#include "gateway/net/acceptor.hpp"

#include <fcntl.h>
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

}  // namespace

Acceptor::Acceptor(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                   OnAccept on_accept)
    : lane_(lane),
      token_(token),
      socket_(std::move(socket)),
      reserve_(open_reserve()),
      on_accept_(std::move(on_accept)) {
    lane_.watch(socket_.get(), token_, EPOLLIN);
}

Acceptor::~Acceptor() = default;

void Acceptor::on_ready(std::uint32_t) {
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

void Acceptor::refuse_for_want_of_descriptors() {
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

void Acceptor::on_deadline() {
    if (!is_paused_) return;
    is_paused_ = false;
    if (!reserve_.is_open()) reserve_ = open_reserve();
    lane_.rewatch(socket_.get(), token_, EPOLLIN);
}

void Acceptor::close() {
    lane_.unwatch(socket_.get());
    socket_.reset();
    lane_.remove(token_);
}

}  // namespace kleber::net
