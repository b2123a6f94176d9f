#pragma once

#include <array>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/base/result.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/codec/mqtt/wire_writer.hpp"

// For the encoders alone: the frame around a packet's body.
namespace kleber::codec::mqtt {

// How much of what only explains is written.
enum class Detail : std::uint8_t { Full, ReasonString, None };

constexpr std::uint8_t first_byte(PacketType type, unsigned flags = 0) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags);
}

// `body(out, detail)` puts what follows the fixed header. A packet too large for its receiver is
// tried again with less detail; one that ignores `detail` is refused.
template <typename Body>
Status<ReasonCode> encode_packet(ByteBuffer& out, std::uint8_t first, std::size_t packet_bytes_max,
                                 const Body& body) {
    for (const Detail detail : {Detail::Full, Detail::ReasonString, Detail::None}) {
        SizeCounter size;
        body(size, detail);
        if (size.has_overlong()) return fail(ReasonCode::PacketTooLarge);
        if (size.size() > kVarintMax) continue;
        const std::size_t total = 1 + varint_size(size.size()) + size.size();
        // All of 5.0: [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.4.2-2] [MQTT-3.4.2-3]
        // [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3]
        // [MQTT-3.9.2-1] [MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2] [MQTT-3.14.2-3]
        // [MQTT-3.14.2-4] [MQTT-3.15.2-2] [MQTT-3.15.2-3]
        if (total > packet_bytes_max) continue;

        WireWriter writer{out.extend(total)};
        writer.u8(first);
        writer.varint(size.size());
        body(writer, detail);
        return Success{};
    }
    return fail(ReasonCode::PacketTooLarge);
}

// The properties that only explain. Put last, so that the essential ones come first.
template <typename Out>
void put_explanation(Out& out, Detail detail, std::string_view reason_string, Bytes properties) {
    if (detail != Detail::None) put_text_if_any(out, PropertyId::ReasonString, reason_string);
    if (detail == Detail::Full) out.user_properties(properties);
}

}  // namespace kleber::codec::mqtt
