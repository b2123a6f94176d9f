#pragma once

#include <cstddef>
#include <cstdint>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/codec/mqtt/packets.hpp"

namespace kleber::codec::mqtt {

// The largest packet that MQTT can say: five bytes of header and the longest remaining length.
constexpr std::size_t kPacketMax = 5 + kVarintMax;

// One packet's bytes, not yet understood.
struct Frame {
    std::uint8_t first = 0;  // type and flags
    Bytes body{};            // what the remaining length counts

    // 0 is reserved, and so is Auth before MQTT 5: who dispatches refuses them.
    PacketType type() const { return static_cast<PacketType>(first >> 4); }
    std::uint8_t flags() const { return first & 0x0F; }
};

enum class Framing : std::uint8_t { Complete, Incomplete, Refused };

struct FramingResult {
    Framing outcome = Framing::Incomplete;
    ReasonCode reason = ReasonCode::Success;  // Refused: MalformedPacket or PacketTooLarge
    Frame frame{};                            // Complete: views into the bytes given
    // Complete: the size of the frame, always at least 2: what to go on by. Incomplete: the size
    // the bytes must have before asking again can help; with the header known, the whole packet's.
    std::size_t size_bytes = 0;
};

// Looks for a frame at the start of `bytes`. A packet of more than `packet_bytes_max` (header
// included) is refused as soon as its length is known, before its body has arrived.
inline FramingResult next_frame(Bytes bytes, std::size_t packet_bytes_max) {
    const std::size_t available = bytes.size();
    if (available < 2) return {.size_bytes = 2};

    std::size_t remaining_length = bytes[1];
    std::size_t header_size = 2;
    if (remaining_length >= 0x80) [[unlikely]] {
        remaining_length &= 0x7F;
        for (int shift = 7;; shift += 7) {
            if (header_size == available) return {.size_bytes = available + 1};
            const std::uint8_t byte = bytes[header_size++];
            remaining_length |= std::size_t{byte & 0x7FU} << shift;
            if (byte < 0x80) {
                // A length must be in the fewest bytes that hold it. [MQTT-1.5.5-1]
                if (byte == 0) {
                    return {.outcome = Framing::Refused, .reason = ReasonCode::MalformedPacket};
                }
                break;
            }
            // A fourth byte that announces a fifth.
            if (shift == 21) {
                return {.outcome = Framing::Refused, .reason = ReasonCode::MalformedPacket};
            }
        }
    }
    const std::size_t size = header_size + remaining_length;
    if (size > packet_bytes_max) {
        return {.outcome = Framing::Refused, .reason = ReasonCode::PacketTooLarge};
    }
    if (size > available) return {.size_bytes = size};
    return {.outcome = Framing::Complete,
            .frame = {.first = bytes[0], .body = bytes.subspan(header_size, remaining_length)},
            .size_bytes = size};
}

}  // namespace kleber::codec::mqtt
