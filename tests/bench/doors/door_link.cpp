#include "tests/bench/doors/door_link.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include "gateway/codec/websocket/mask.hpp"

namespace kleber::bench {
namespace {

constexpr std::string_view kRequest =
    "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n";
// Of that key.
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::size_t kAnswerMax = 1024;

}  // namespace

Door door_of(std::string_view name) {
    if (name == "tcp") return Door::Tcp;
    if (name == "tls") return Door::Tls;
    if (name == "ws") return Door::Ws;
    if (name == "wss") return Door::Wss;
    throw std::invalid_argument{"no such door: " + std::string{name}};
}

DoorLink::DoorLink(const Place& place, TlsTicket& ticket) : wire_(place.port, place.tls, ticket) {
    if (place.door == Door::Ws || place.door == Door::Wss) {
        web_.emplace(connection::WebSocket::Role::Client);
    }
}

bool DoorLink::open() {
    if (stage_ == Stage::Connecting) {
        if (!wire_.connect()) return false;
        stage_ = web_ ? Stage::Asking : Stage::Open;
    }
    if (stage_ == Stage::Asking) {
        out_.append(kRequest);
        stage_ = Stage::Upgrading;
        flush();
    }
    if (stage_ == Stage::Upgrading && hear_answer()) stage_ = Stage::Open;
    return stage_ == Stage::Open;
}

// The server says nothing after it before it was spoken to.
bool DoorLink::hear_answer() {
    std::array<std::uint8_t, kAnswerMax> room;
    const std::size_t size = wire_.receive(room);
    answer_ += as_text(Bytes{room}.first(size));
    if (!answer_.ends_with("\r\n\r\n")) return false;
    if (!answer_.starts_with("HTTP/1.1 101 ") || answer_.find(kAccept) == std::string::npos) {
        throw std::runtime_error{"no WebSocket: " + answer_};
    }
    answer_ = {};
    return true;
}

Bytes DoorLink::receive(std::span<std::uint8_t> room) {
    const std::span arrived = room.first(wire_.receive(room));
    if (!web_) return arrived;
    const Bytes heard = web_->receive(arrived, out_);
    if (web_->has_ended()) throw std::runtime_error{"the broker closed a WebSocket"};
    return heard;
}

void DoorLink::write(Bytes packet) {
    if (!web_) return out_.append(packet);
    const auto mask = static_cast<std::uint32_t>(mask_());
    const codec::websocket::MaskKey key{
        static_cast<std::uint8_t>(mask >> 24), static_cast<std::uint8_t>(mask >> 16),
        static_cast<std::uint8_t>(mask >> 8), static_cast<std::uint8_t>(mask)};
    web_->put_frame(out_, packet.size(), key);
    std::uint8_t* payload = out_.extend(packet.size());
    std::memcpy(payload, packet.data(), packet.size());
    codec::websocket::apply_mask({payload, packet.size()}, key, 0);
}

void DoorLink::flush() {
    if (!out_.empty()) out_.consume(wire_.send(out_.bytes()));
}

}  // namespace kleber::bench
