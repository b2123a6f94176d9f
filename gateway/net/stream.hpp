#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gateway/connection/outgoing.hpp"
#include "gateway/net/receive.hpp"
#include "gateway/net/send.hpp"

namespace kleber::net {

// What stands between a link and its socket where that is not a plain one: TLS, a WebSocket, or the
// one within the other.
class Stream {
  public:
    virtual ~Stream() = default;

    // What has arrived, at the front of `room`. Nothing: there may be more once the socket can be
    // read (or, while it wants_to_write(), written).
    virtual Received receive(std::span<std::uint8_t> room) = 0;
    // Something has arrived that the socket knows no more of: receive() again without waiting.
    virtual bool has_pending() const = 0;
    // As send_all(); with nothing to send, what is to be written of its own.
    virtual Sending send(connection::Outgoing& out) = 0;
    // Something of its own is to be written: send(), at the latest when the socket takes it.
    virtual bool wants_to_write() const = 0;
    // Says good-bye as its protocol does, if there is room for it. True if the other side is to
    // answer: then receive() until the end, which brings nothing more.
    virtual bool say_goodbye() = 0;
};

}  // namespace kleber::net
