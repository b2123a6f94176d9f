#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/property_reader.hpp"
#include "gateway/codec/mqtt/reason_sets.hpp"

namespace kleber::codec::mqtt {
namespace {

constexpr PropertySet kAckProperties{PropertyId::ReasonString};

// Acknowledgements of every kind carry nothing but a reason string and user properties.
template <typename Packet>
ReasonCode read_properties(ByteReader& in, Packet& packet) {
    PropertyReader properties{in, kAckProperties};
    while (const Property* property = properties.next()) {
        if (property->id == PropertyId::ReasonString) packet.reason_string = property->text();
    }
    packet.properties = properties.section();
    return properties.error();
}

bool are_flags_valid(const Frame& frame, ProtocolVersion version) {
    if (frame.type() != PacketType::Pubrel) return frame.flags() == 0;
    if (frame.flags() == 0x02) return true;
    return version == ProtocolVersion::V31 && frame.flags() == 0x0A;  // 3.1 marks repeats with DUP
}

bool is_granted_qos_or_failure(std::uint8_t code) {
    return code <= 2 || code == 0x80;
}

}  // namespace

Result<Ack, ReasonCode> decode_ack(const Frame& frame, ProtocolVersion version) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0, [MQTT-3.6.1-1]
    if (!are_flags_valid(frame, version)) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Ack packet{.type = frame.type(), .packet_id = in.u16()};
    if (version == ProtocolVersion::V5 && in.remaining() > 0) {
        packet.reason = static_cast<ReasonCode>(in.u8());
        if (in.remaining() > 0) {
            const ReasonCode error = read_properties(in, packet);
            if (error != ReasonCode::Success) return fail(error);
        }
    }
    if (!in.finished()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-2.3.1-6] of 3.1.1, [MQTT-2.2.1-5] of 5.0: no PUBLISH had this one
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
    if (!is_ack_reason(packet.type, packet.reason)) return fail(ReasonCode::ProtocolError);
    return packet;
}

Result<Suback, ReasonCode> decode_suback(const Frame& frame, ProtocolVersion version) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Suback packet{.packet_id = in.u16()};
    if (version == ProtocolVersion::V5) {
        const ReasonCode error = read_properties(in, packet);
        if (error != ReasonCode::Success) return fail(error);
    }
    packet.reason_codes = in.rest();
    if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-2.3.1-7] of 3.1.1, [MQTT-2.2.1-6] of 5.0: no SUBSCRIBE had this one
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.8.4-5] of 3.1.1, [MQTT-3.8.4-6] of 5.0: one a filter, and there was a filter
    if (packet.reason_codes.empty()) return fail(ReasonCode::ProtocolError);
    for (const std::uint8_t code : packet.reason_codes) {
        if (version != ProtocolVersion::V5) {
            // [MQTT-3.9.3-2] of 3.1.1
            if (!is_granted_qos_or_failure(code)) return fail(ReasonCode::ProtocolError);
            continue;
        }
        // [MQTT-3.9.3-2] of 5.0
        if (!is_suback_reason(static_cast<ReasonCode>(code))) {
            return fail(ReasonCode::ProtocolError);
        }
    }
    return packet;
}

Result<Unsuback, ReasonCode> decode_unsuback(const Frame& frame, ProtocolVersion version) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Unsuback packet{.packet_id = in.u16()};
    if (version == ProtocolVersion::V5) {
        const ReasonCode error = read_properties(in, packet);
        if (error != ReasonCode::Success) return fail(error);
        packet.reason_codes = in.rest();
    }
    if (!in.finished()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-2.3.1-7] of 3.1.1, [MQTT-2.2.1-6] of 5.0: no UNSUBSCRIBE had this one
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    if (version != ProtocolVersion::V5) return packet;

    if (packet.reason_codes.empty()) return fail(ReasonCode::ProtocolError);
    for (const std::uint8_t code : packet.reason_codes) {
        // [MQTT-3.11.3-2]
        if (!is_unsuback_reason(static_cast<ReasonCode>(code))) {
            return fail(ReasonCode::ProtocolError);
        }
    }
    return packet;
}

}  // namespace kleber::codec::mqtt
