#include "gateway/codec/websocket/frame.hpp"

#include <algorithm>

namespace kleber::codec::websocket {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLengthIn2 = 126;
constexpr std::uint8_t kLengthIn8 = 127;
constexpr std::size_t kShortHeader = 2;

bool is_known(std::uint8_t opcode) {
    return opcode <= static_cast<std::uint8_t>(Opcode::Binary) ||
           (opcode >= static_cast<std::uint8_t>(Opcode::Close) &&
            opcode <= static_cast<std::uint8_t>(Opcode::Pong));
}

std::size_t length_bytes(std::uint8_t length) {
    return length == kLengthIn8 ? 8 : length == kLengthIn2 ? 2 : 0;
}

bool is_shortest(std::uint8_t length, std::uint64_t payload_bytes) {
    if (length == kLengthIn2) return payload_bytes >= kLengthIn2;
    return length != kLengthIn8 || (payload_bytes > 0xFFFF && payload_bytes >> 63 == 0);
}

}  // namespace

HeaderResult next_header(Bytes bytes) {
    constexpr HeaderResult kRefused{.outcome = HeaderOutcome::Refused};
    if (bytes.size() < kShortHeader) return {.size_bytes = kShortHeader};
    const std::uint8_t first = bytes[0];
    const std::uint8_t length = bytes[1] & 0x7F;
    if ((first & kReserved) != 0 || !is_known(first & 0x0F)) return kRefused;
    FrameHeader header{.opcode = static_cast<Opcode>(first & 0x0F),
                       .is_final = (first & kFinal) != 0,
                       .mask = {},
                       .payload_bytes = length};
    // Told before the rest of the header is there.
    if (is_control(header.opcode) && (!header.is_final || length > kControlPayloadMax)) {
        return kRefused;
    }
    const bool is_masked = (bytes[1] & kMasked) != 0;
    const std::size_t size =
        kShortHeader + length_bytes(length) + (is_masked ? sizeof(MaskKey) : 0);
    if (bytes.size() < size) return {.size_bytes = size};

    ByteReader in{bytes.subspan(kShortHeader)};
    if (length == kLengthIn2) header.payload_bytes = in.u16();
    if (length == kLengthIn8) {
        header.payload_bytes = std::uint64_t{in.u32()} << 32;
        header.payload_bytes |= in.u32();
    }
    if (!is_shortest(length, header.payload_bytes)) return kRefused;
    if (is_masked) {
        const Bytes key = in.take(sizeof(MaskKey));
        std::copy(key.begin(), key.end(), header.mask.emplace().begin());
    }
    return {.outcome = HeaderOutcome::Complete, .header = header, .size_bytes = size};
}

void put_header(ByteBuffer& out, const FrameHeader& header) {
    const std::uint8_t masked = header.mask ? kMasked : std::uint8_t{0};
    const auto opcode = static_cast<std::uint8_t>(header.opcode);
    out.u8(static_cast<std::uint8_t>(opcode | (header.is_final ? kFinal : 0)));
    if (header.payload_bytes < kLengthIn2) {
        out.u8(static_cast<std::uint8_t>(header.payload_bytes | masked));
    } else if (header.payload_bytes <= 0xFFFF) {
        out.u8(kLengthIn2 | masked);
        out.u16(static_cast<std::uint16_t>(header.payload_bytes));
    } else {
        out.u8(kLengthIn8 | masked);
        out.u32(static_cast<std::uint32_t>(header.payload_bytes >> 32));
        out.u32(static_cast<std::uint32_t>(header.payload_bytes));
    }
    if (header.mask) out.append(std::span<const std::uint8_t>{*header.mask});
}

}  // namespace kleber::codec::websocket
