#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdint>
#include <vector>

#include "gateway/net/address.hpp"
#include "gateway/net/listen_tcp.hpp"

namespace kleber::net {

// Waits for a descriptor, with an end where nothing comes of it.
inline bool is_ready(int descriptor, short events) {
    pollfd watched{descriptor, events, 0};
    return ::poll(&watched, 1, 10'000) == 1;
}

// A listening socket of this machine at a port of the system's choice, and what it accepts; speaks
// only when told to.
class LocalServer {
  public:
    LocalServer() {
        Address any = resolve("127.0.0.1", 0, Purpose::Connect).value().front();
        listener_ = listen_tcp(any, {}).value().socket;
        address_ = any;
        address_.size = sizeof address_.storage;
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address_.storage),
                      &address_.size);
    }

    const Address& address() const { return address_; }
    void stop_listening() { listener_.reset(); }

    void accept() {
        ASSERT_TRUE(is_ready(listener_.get(), POLLIN));
        peer_ = runtime::FileDescriptor{::accept(listener_.get(), nullptr, nullptr)};
    }
    void send(const std::vector<std::uint8_t>& bytes) {
        ASSERT_EQ(::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    // One read; empty at the end.
    std::vector<std::uint8_t> receive() {
        if (!is_ready(peer_.get(), POLLIN)) return {};
        std::vector<std::uint8_t> bytes(64 << 10);
        const ssize_t count = ::recv(peer_.get(), bytes.data(), bytes.size(), 0);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }
    void hang_up() { peer_.reset(); }

  private:
    Address address_;
    runtime::FileDescriptor listener_;
    runtime::FileDescriptor peer_;
};

// Where nobody listens: a port that was ours a moment ago.
inline Address deaf_address() {
    LocalServer server;
    return server.address();
}

}  // namespace kleber::net
