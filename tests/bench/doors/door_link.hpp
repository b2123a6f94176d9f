#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/connection/web_socket.hpp"
#include "tests/bench/doors/wire.hpp"

namespace kleber::bench {

enum class Door : std::uint8_t { Tcp, Tls, Ws, Wss };

// "tcp", "tls", "ws" or "wss"; throws if it is none.
Door door_of(std::string_view name);

// Where a broker listens, and how.
struct Place {
    Door door = Door::Tcp;
    std::uint16_t port = 0;
    const TlsClients* tls = nullptr;  // for Tls and Wss
};

// MQTT's bytes through a door. Never blocks; what fails throws.
class DoorLink {
  public:
    DoorLink(const Place& place, TlsTicket& ticket);

    int descriptor() const { return wire_.descriptor(); }
    bool is_resumed() const { return wire_.is_resumed(); }

    // Goes on until MQTT can be spoken; then it is true. Again when the descriptor is ready.
    bool open();
    // What of MQTT has arrived, at the front of `room`.
    Bytes receive(std::span<std::uint8_t> room);
    bool may_have_more() const { return wire_.may_have_more(); }
    // Sent with the next flush(): one packet, which is one frame of a WebSocket, as most clients
    // have it.
    void write(Bytes packet);
    void flush();
    bool is_blocked() const { return wire_.is_blocked(); }

  private:
    enum class Stage : std::uint8_t { Connecting, Asking, Upgrading, Open };

    bool hear_answer();

    Wire wire_;
    std::optional<connection::WebSocket> web_;
    Stage stage_ = Stage::Connecting;
    std::string answer_;  // to the request for a WebSocket
    ByteBuffer out_;
    std::minstd_rand mask_;
};

}  // namespace kleber::bench
