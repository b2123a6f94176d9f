#include "gateway/connection/web_socket.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/codec/websocket/mask.hpp"

namespace kleber::connection {

using codec::websocket::FrameHeader;
using codec::websocket::HeaderOutcome;
using codec::websocket::HeaderResult;
using codec::websocket::MaskKey;
using codec::websocket::Opcode;

namespace {

// A Close says why in two bytes.
constexpr std::size_t kCodeBytes = 2;

}  // namespace

Bytes WebSocket::receive(std::span<std::uint8_t> bytes, ByteBuffer& out) {
    std::size_t at = 0;
    std::size_t kept = 0;
    while (at < bytes.size() && !has_ended_) {
        if (expecting_ == Expecting::Header) {
            at += take_header(bytes.subspan(at), out);
            continue;
        }
        const auto left = frame_.payload_bytes - taken_bytes_;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size() - at));
        const auto part = bytes.subspan(at, count);
        if (frame_.mask) codec::websocket::apply_mask(part, *frame_.mask, taken_bytes_);
        if (expecting_ == Expecting::Data && is_closing_) {
            // Nobody is interested any more.
        } else if (expecting_ == Expecting::Data) {
            if (kept != at) std::memmove(bytes.data() + kept, part.data(), count);
            kept += count;
        } else {
            std::memcpy(part_.data() + part_bytes_, part.data(), count);
            part_bytes_ += count;
        }
        at += count;
        taken_bytes_ += count;
        if (taken_bytes_ < frame_.payload_bytes) continue;
        if (expecting_ == Expecting::Control) end_control(out);
        expecting_ = Expecting::Header;
        part_bytes_ = 0;
    }
    return bytes.first(kept);
}

// What of the bytes belongs to the header.
std::size_t WebSocket::take_header(Bytes bytes, ByteBuffer& out) {
    const std::size_t before = part_bytes_;
    const std::size_t count = std::min(bytes.size(), codec::websocket::kHeaderBytesMax - before);
    HeaderResult result;
    // Most come whole, and are looked at where they are.
    if (before == 0) result = codec::websocket::next_header(bytes.first(count));
    if (result.outcome == HeaderOutcome::Incomplete) {
        std::memcpy(part_.data() + before, bytes.data(), count);
        part_bytes_ = before + count;
        result = codec::websocket::next_header(Bytes{part_}.first(part_bytes_));
    }
    if (result.outcome == HeaderOutcome::Incomplete) return count;
    part_bytes_ = 0;
    if (result.outcome == HeaderOutcome::Refused || !begin_frame(result.header)) {
        const bool is_text =
            result.outcome == HeaderOutcome::Complete && result.header.opcode == Opcode::Text;
        break_off(is_text ? CloseCode::UnsupportedData : CloseCode::ProtocolError, out);
        return count;
    }
    if (frame_.payload_bytes == 0) {
        if (expecting_ == Expecting::Control) end_control(out);
        expecting_ = Expecting::Header;
    }
    return result.size_bytes - before;
}

// False if it must not come here.
bool WebSocket::begin_frame(const FrameHeader& header) {
    // [MQTT-6.0.0-1] Only binary frames carry MQTT. Clients mask, servers do not.
    if (header.opcode == Opcode::Text) return false;
    if (header.mask.has_value() != (role_ == Role::Server)) return false;
    if (codec::websocket::is_control(header.opcode)) {
        expecting_ = Expecting::Control;
    } else {
        if ((header.opcode == Opcode::Continuation) != is_in_message_) return false;
        is_in_message_ = !header.is_final;
        expecting_ = Expecting::Data;
    }
    frame_ = header;
    taken_bytes_ = 0;
    return true;
}

void WebSocket::end_control(ByteBuffer& out) {
    const Bytes payload = Bytes{part_}.first(part_bytes_);
    if (frame_.opcode == Opcode::Ping && !is_closing_) put_control(out, Opcode::Pong, payload);
    if (frame_.opcode == Opcode::Close) {
        if (payload.size() == 1) return break_off(CloseCode::ProtocolError, out);
        has_ended_ = true;
        if (is_closing_) return;
        // Its code goes back to where it came from.
        is_closing_ = true;
        put_control(out, Opcode::Close, payload.first(std::min(payload.size(), kCodeBytes)));
    }
}

void WebSocket::break_off(CloseCode code, ByteBuffer& out) {
    close(code, out);
    has_ended_ = true;
}

void WebSocket::close(CloseCode code, ByteBuffer& out) {
    if (is_closing_) return;
    is_closing_ = true;
    end_code_ = code;
    ByteBuffer payload;
    payload.u16(static_cast<std::uint16_t>(code));
    put_control(out, Opcode::Close, payload.bytes());
}

void WebSocket::put_control(ByteBuffer& out, Opcode opcode, Bytes payload) const {
    // A client's must be masked; that zeros are no secret harms nobody here.
    const auto mask = role_ == Role::Client ? std::optional{MaskKey{}} : std::nullopt;
    codec::websocket::put_header(out,
                                 {.opcode = opcode, .mask = mask, .payload_bytes = payload.size()});
    out.append(payload);
}

void WebSocket::put_frame(ByteBuffer& out, std::uint64_t payload_bytes,
                          const std::optional<MaskKey>& mask) const {
    codec::websocket::put_header(
        out, {.opcode = Opcode::Binary, .mask = mask, .payload_bytes = payload_bytes});
}

}  // namespace kleber::connection
