#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/net/address.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::net {

// A TCP connection in the making: a server's addresses are tried in turn until one answers. Blocks
// nowhere; its owner waits for the descriptor and the deadline.
class Dialer {
  public:
    // How long one address has to answer.
    static constexpr Duration kPatience = std::chrono::seconds{5};

    enum class Progress : std::uint8_t { Waiting, Connected, Failed };

    Dialer() = default;
    explicit Dialer(std::vector<Address> addresses) : addresses_(std::move(addresses)) {}

    // Each says where we are. Waiting: descriptor() is to be watched for writing until deadline().
    Progress start(const Now& now) { return try_next(now); }
    Progress on_ready(const Now& now);
    Progress on_deadline(const Now& now);

    int descriptor() const { return socket_.get(); }
    SteadyTime deadline() const { return deadline_; }

    // Once Connected: the socket, which does not block.
    runtime::FileDescriptor take_socket() { return std::move(socket_); }
    // Once Failed: why the last address failed, in the system's words.
    const std::string& error() const { return error_; }

  private:
    Progress try_next(const Now& now);
    void fail_with(int error_number);

    std::vector<Address> addresses_;
    std::size_t next_ = 0;
    runtime::FileDescriptor socket_;
    SteadyTime deadline_{};
    std::string error_ = "no address";
};

}  // namespace kleber::net
