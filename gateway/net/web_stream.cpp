#include "gateway/net/web_stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "gateway/codec/mqtt/framer.hpp"

namespace kleber::net {
namespace {

// What is copied into frames at a time: a slow receiver costs no more than that beside its queue.
constexpr std::size_t kFramedMax = 64 << 10;
constexpr std::size_t kPieces = 32;
constexpr std::size_t kControlMax = 1024;
constexpr std::size_t kFixedHeaderMax = 5;  // of an MQTT packet

// The first `count` bytes, out of one into the other.
void move_bytes(connection::Outgoing& from, std::size_t count, ByteBuffer& to) {
    std::array<connection::Piece, kPieces> pieces;
    while (count > 0) {
        const std::size_t piece_count = from.gather(pieces);
        std::size_t moved = 0;
        for (std::size_t index = 0; index < piece_count && moved < count; ++index) {
            const std::size_t size = std::min(pieces[index].size, count - moved);
            to.append(Bytes{pieces[index].data, size});
            moved += size;
        }
        from.consume(moved);
        count -= moved;
    }
}

// Of the packet at the front.
std::size_t packet_bytes(const connection::Outgoing& out) {
    std::array<connection::Piece, kPieces> pieces;
    const std::size_t piece_count = out.gather(pieces);
    std::array<std::uint8_t, kFixedHeaderMax> header{};
    std::size_t header_bytes = 0;
    for (std::size_t index = 0; index < piece_count && header_bytes < header.size(); ++index) {
        const std::size_t size = std::min(pieces[index].size, header.size() - header_bytes);
        std::memcpy(header.data() + header_bytes, pieces[index].data, size);
        header_bytes += size;
    }
    return codec::mqtt::next_frame(Bytes{header}.first(header_bytes), codec::mqtt::kPacketMax)
        .size_bytes;
}

}  // namespace

WebStream::WebStream(int socket, std::unique_ptr<Stream> below, Bytes early)
    : socket_(socket), below_(std::move(below)) {
    early_.append(early);
}

Received WebStream::receive_below(std::span<std::uint8_t> room) {
    if (!early_.empty()) {
        const std::size_t size = std::min(room.size(), early_.size());
        std::memcpy(room.data(), early_.data(), size);
        early_.consume(size);
        if (early_.empty()) early_ = {};
        return {Receiving::Some, size};
    }
    return below_ ? below_->receive(room) : net::receive(socket_, room);
}

Received WebStream::receive(std::span<std::uint8_t> room) {
    if (web_.has_ended()) return {Receiving::Ended, 0};
    const Received raw = receive_below(room);
    if (raw.outcome != Receiving::Some) return raw;
    // Who reads no answers to pings gets one to the latest, as RFC 6455, 5.5.3, allows.
    if (control_.size() > kControlMax && !web_.is_closing()) control_.clear();
    const Bytes heard = web_.receive(room.first(raw.size), control_);
    if (web_.has_ended()) {
        flush_control();
        if (below_) below_->say_goodbye();
    }
    if (!heard.empty()) return {Receiving::Some, heard.size()};
    return {web_.has_ended() ? Receiving::Ended : Receiving::Nothing, 0};
}

Sending WebStream::send_below() {
    return below_ ? below_->send(framed_) : send_all(socket_, framed_);
}

Sending WebStream::send(connection::Outgoing& out) {
    while (true) {
        if (const Sending sending = send_below(); sending != Sending::Done) return sending;
        if (!control_.empty() && frame_left_bytes_ == 0) {
            framed_.bytes().append(control_.bytes());
            control_ = {};
        } else if (out.empty()) {
            framed_.release_memory();
            return Sending::Done;
        } else if (web_.is_closing()) {
            return Sending::Broken;
        }
        if (!web_.is_closing()) frame(out);
    }
}

// Where nothing is referred to, as usual, all packets lie side by side.
void WebStream::frame_whole_packets(connection::Outgoing& out) {
    const connection::Piece plain = out.plain();
    Bytes packets{plain.data, std::min(plain.size, kFramedMax)};
    ByteBuffer& framed = framed_.bytes();
    framed.reserve(framed.size() + packets.size() + packets.size() / 4);
    std::size_t taken = 0;
    while (true) {
        const codec::mqtt::FramingResult next =
            codec::mqtt::next_frame(packets.subspan(taken), codec::mqtt::kPacketMax);
        if (next.outcome != codec::mqtt::Framing::Complete) break;
        web_.put_frame(framed, next.size_bytes);
        framed.append(packets.subspan(taken, next.size_bytes));
        taken += next.size_bytes;
    }
    out.consume(taken);
}

// Puts what comes next into frames, one a packet: more in one, or less, is allowed, but more than
// paho's clients in C of 2023 understand.
void WebStream::frame(connection::Outgoing& out) {
    ByteBuffer& framed = framed_.bytes();
    if (frame_left_bytes_ == 0) frame_whole_packets(out);
    while (!out.empty() && framed.size() < kFramedMax) {
        if (frame_left_bytes_ == 0) {
            frame_left_bytes_ = packet_bytes(out);
            web_.put_frame(framed, frame_left_bytes_);
        }
        const std::size_t size = std::min(frame_left_bytes_, kFramedMax);
        move_bytes(out, size, framed);
        frame_left_bytes_ -= size;
    }
}

bool WebStream::has_pending() const {
    // The end, too, which came behind what was heard last.
    return web_.has_ended() || !early_.empty() || (below_ && below_->has_pending());
}

bool WebStream::wants_to_write() const {
    return !framed_.empty() || !control_.empty() || (below_ && below_->wants_to_write());
}

// What finds no room is not said.
void WebStream::flush_control() {
    connection::Outgoing nothing;
    static_cast<void>(send(nothing));
}

bool WebStream::say_goodbye() {
    web_.close(connection::WebSocket::CloseCode::Normal, control_);
    flush_control();
    return !web_.has_ended();
}

}  // namespace kleber::net
