#include "gateway/codec/mqtt/encode.hpp"

#include "gateway/codec/mqtt/encode_packet.hpp"

namespace kleber::codec::mqtt {
namespace {

unsigned ack_flags(PacketType type) {
    return type == PacketType::Pubrel ? 0x02 : 0x00;
}

// The section of an acknowledgement, which only explains.
template <typename Out, typename Packet>
void put_explanation_section(Out& out, Detail detail, const Packet& packet) {
    put_section(out, [&](auto& section) {
        put_explanation(section, detail, packet.reason_string, packet.properties);
    });
}

template <typename Packet>
bool has_explanation(Detail detail, const Packet& packet) {
    SizeCounter size;
    put_explanation(size, detail, packet.reason_string, packet.properties);
    return size.size() > 0;
}

}  // namespace

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Ack& packet,
                          std::size_t packet_bytes_max) {
    const auto body = [&](auto& to, Detail detail) {
        to.u16(packet.packet_id);
        if (version != ProtocolVersion::V5) return;
        const bool explains = has_explanation(detail, packet);
        if (packet.reason == ReasonCode::Success && !explains) return;
        to.u8(static_cast<std::uint8_t>(packet.reason));
        if (explains) put_explanation_section(to, detail, packet);
    };
    return encode_packet(out, first_byte(packet.type, ack_flags(packet.type)), packet_bytes_max,
                         body);
}

void encode_ack(ByteBuffer& out, ProtocolVersion version, PacketType type, PacketId packet_id,
                ReasonCode reason) {
    const bool has_reason = version == ProtocolVersion::V5 && reason != ReasonCode::Success;
    WireWriter writer{out.extend(has_reason ? 5 : 4)};
    writer.u8(first_byte(type, ack_flags(type)));
    writer.u8(has_reason ? 3 : 2);
    writer.u16(packet_id);
    if (has_reason) writer.u8(static_cast<std::uint8_t>(reason));
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Subscribe& packet,
                          std::size_t packet_bytes_max) {
    // [MQTT-2.3.1-1] of 3.1.1, [MQTT-2.2.1-3] of 5.0
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.8.3-3] of 3.1.1, [MQTT-3.8.3-2] of 5.0
    if (packet.subscriptions.empty()) return fail(ReasonCode::ProtocolError);

    const auto body = [&](auto& to, Detail) {
        to.u16(packet.packet_id);
        if (version == ProtocolVersion::V5) {
            put_section(to, [&](auto& section) {
                if (packet.subscription_id) {
                    section.u8(static_cast<std::uint8_t>(PropertyId::SubscriptionId));
                    section.varint(*packet.subscription_id);
                }
                section.user_properties(packet.properties);
            });
            to.raw(packet.subscriptions.bytes());
            return;
        }
        for (const Subscription& subscription : packet.subscriptions) {
            to.text(subscription.filter);
            to.u8(static_cast<std::uint8_t>(subscription.qos));
        }
    };
    return encode_packet(out, first_byte(PacketType::Subscribe, 0x02), packet_bytes_max, body);
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Suback& packet,
                          std::size_t packet_bytes_max) {
    const auto body = [&](auto& to, Detail detail) {
        to.u16(packet.packet_id);
        if (version == ProtocolVersion::V5) {
            put_explanation_section(to, detail, packet);
            to.raw(packet.reason_codes);
            return;
        }
        for (const std::uint8_t code : packet.reason_codes) {
            to.u8(is_error(static_cast<ReasonCode>(code)) ? std::uint8_t{0x80} : code);
        }
    };
    return encode_packet(out, first_byte(PacketType::Suback), packet_bytes_max, body);
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Unsubscribe& packet,
                          std::size_t packet_bytes_max) {
    // [MQTT-2.3.1-1] of 3.1.1, [MQTT-2.2.1-3] of 5.0
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.10.3-2]
    if (packet.filters.empty()) return fail(ReasonCode::ProtocolError);

    const auto body = [&](auto& to, Detail) {
        to.u16(packet.packet_id);
        if (version == ProtocolVersion::V5) {
            put_section(to, [&](auto& section) { section.user_properties(packet.properties); });
        }
        to.raw(packet.filters.bytes());
    };
    return encode_packet(out, first_byte(PacketType::Unsubscribe, 0x02), packet_bytes_max, body);
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Unsuback& packet,
                          std::size_t packet_bytes_max) {
    const auto body = [&](auto& to, Detail detail) {
        to.u16(packet.packet_id);
        if (version != ProtocolVersion::V5) return;
        put_explanation_section(to, detail, packet);
        to.raw(packet.reason_codes);
    };
    return encode_packet(out, first_byte(PacketType::Unsuback), packet_bytes_max, body);
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Disconnect& packet,
                          std::size_t packet_bytes_max) {
    const bool is_v5 = version == ProtocolVersion::V5;
    if (!is_v5 && packet.reason != ReasonCode::Success) return fail(ReasonCode::ProtocolError);

    const auto body = [&](auto& to, Detail detail) {
        if (!is_v5) return;
        const auto put_properties = [&](auto& section) {
            if (packet.session_expiry) {
                put_u32(section, PropertyId::SessionExpiry, *packet.session_expiry);
            }
            put_text_if_any(section, PropertyId::ServerReference, packet.server_reference);
            put_explanation(section, detail, packet.reason_string, packet.properties);
        };
        SizeCounter properties;
        put_properties(properties);
        const bool has_properties = properties.size() > 0;
        if (packet.reason == ReasonCode::Success && !has_properties) return;
        to.u8(static_cast<std::uint8_t>(packet.reason));
        if (has_properties) put_section(to, put_properties);
    };
    return encode_packet(out, first_byte(PacketType::Disconnect), packet_bytes_max, body);
}

Status<ReasonCode> encode(ByteBuffer& out, const Auth& packet, std::size_t packet_bytes_max) {
    if (packet.reason != ReasonCode::Success && !packet.authentication_method) {
        return fail(ReasonCode::ProtocolError);
    }
    const auto body = [&](auto& to, Detail detail) {
        const auto put_properties = [&](auto& section) {
            if (packet.authentication_method) {
                put_text(section, PropertyId::AuthenticationMethod, *packet.authentication_method);
            }
            if (packet.authentication_data) {
                put_binary(section, PropertyId::AuthenticationData, *packet.authentication_data);
            }
            put_explanation(section, detail, packet.reason_string, packet.properties);
        };
        SizeCounter properties;
        put_properties(properties);
        if (packet.reason == ReasonCode::Success && properties.size() == 0) return;
        to.u8(static_cast<std::uint8_t>(packet.reason));
        put_section(to, put_properties);
    };
    return encode_packet(out, first_byte(PacketType::Auth), packet_bytes_max, body);
}

void encode_pingreq(ByteBuffer& out) {
    WireWriter writer{out.extend(2)};
    writer.u8(first_byte(PacketType::Pingreq));
    writer.u8(0);
}

void encode_pingresp(ByteBuffer& out) {
    WireWriter writer{out.extend(2)};
    writer.u8(first_byte(PacketType::Pingresp));
    writer.u8(0);
}

}  // namespace kleber::codec::mqtt
