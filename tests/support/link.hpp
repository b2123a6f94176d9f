#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/base/byte_reader.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "tests/support/server_packet.hpp"

namespace kleber::support {

class World;

// What lies between a client and the world: two streams of bytes.
struct Wire {
    static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

    std::vector<std::uint8_t> to_server;
    std::vector<std::uint8_t> to_client;
    std::size_t window_bytes = kUnlimited;  // that the server may still write
    bool is_lost = false;                   // the client has gone, or the network
    bool is_closed = false;                 // by the server, all that it wrote has arrived
    std::optional<ReasonCode> stop;         // the gateway wants it to end
    connection::MqttServer::End end;        // once closed: what the server says of it
};

// The client's end of a connection to a World. Nothing happens before the world's next turn
// (World::settle() or advance()). Going out of scope loses the link.
class Link {
  public:
    explicit Link(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
    ~Link() { drop(); }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void send(Bytes bytes) {
        wire_->to_server.insert(wire_->to_server.end(), bytes.begin(), bytes.end());
    }
    // The link is lost without a word, with all that is under way to the client.
    void drop();
    // The gateway stops this connection, as at its shutdown.
    void stop(ReasonCode reason) { wire_->stop = reason; }

    // A slow receiver: the server can write this many bytes more, and no others.
    void set_window(std::size_t bytes) { wire_->window_bytes = bytes; }

    // The server has closed, or the link was dropped.
    bool is_closed() const { return wire_->is_closed || wire_->is_lost; }
    bool was_closed_by_server() const { return wire_->is_closed; }
    // Why, in the server's words; once it has closed.
    const connection::MqttServer::End& end() const { return wire_->end; }

    // What has arrived and was not received yet.
    Bytes pending() const { return wire_->to_client; }
    // Takes the first bytes off what has arrived.
    void take(std::size_t bytes) {
        wire_->to_client.erase(wire_->to_client.begin(),
                               wire_->to_client.begin() + static_cast<std::ptrdiff_t>(bytes));
    }
    // Takes the next whole packet off what has arrived, as bytes. Empty if there is none.
    std::vector<std::uint8_t> receive_bytes();

  private:
    std::shared_ptr<Wire> wire_;
};

}  // namespace kleber::support
