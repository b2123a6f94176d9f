#pragma once

#include <memory>

#include "gateway/connection/web_socket.hpp"
#include "gateway/net/stream.hpp"

namespace kleber::net {

// MQTT in the frames of a WebSocket, once that is open: over a plain socket or over TLS.
class WebStream final : public Stream {
  public:
    // `below`: none for a plain socket. `early`: what came with the request already.
    WebStream(int socket, std::unique_ptr<Stream> below, Bytes early);

    Received receive(std::span<std::uint8_t> room) override;
    Sending send(connection::Outgoing& out) override;
    bool has_pending() const override;
    bool wants_to_write() const override;
    bool say_goodbye() override;

  private:
    Received receive_below(std::span<std::uint8_t> room);
    Sending send_below();
    void frame(connection::Outgoing& out);
    void frame_whole_packets(connection::Outgoing& out);
    void flush_control();

    const int socket_;
    std::unique_ptr<Stream> below_;
    ByteBuffer early_;
    connection::WebSocket web_{connection::WebSocket::Role::Server};
    ByteBuffer control_;                // whole frames, to go between others
    connection::Outgoing framed_;       // on its way
    std::size_t frame_left_bytes_ = 0;  // of a frame whose header has gone there
};

}  // namespace kleber::net
