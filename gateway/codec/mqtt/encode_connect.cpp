#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/encode_packet.hpp"

namespace kleber::codec::mqtt {
namespace {

std::uint8_t flags_of(const Connect& packet) {
    unsigned flags = packet.clean_start ? 0x02 : 0x00;
    if (packet.will) {
        flags |= 0x04U | static_cast<unsigned>(packet.will->qos) << 3;
        if (packet.will->retain) flags |= 0x20;
    }
    if (packet.password) flags |= 0x40;
    if (packet.user_name) flags |= 0x80;
    return static_cast<std::uint8_t>(flags);
}

std::uint8_t level_of(const Connect& packet) {
    const auto level = static_cast<unsigned>(packet.version);
    const bool is_marked = packet.is_bridge && packet.version != ProtocolVersion::V5;
    return static_cast<std::uint8_t>(is_marked ? level | 0x80 : level);
}

template <typename Out>
void put_authentication(Out& out, const std::optional<std::string_view>& method,
                        const std::optional<Bytes>& data) {
    if (method) put_text(out, PropertyId::AuthenticationMethod, *method);
    if (data) put_binary(out, PropertyId::AuthenticationData, *data);
}

template <typename Out>
void put_properties(Out& out, const Connect& packet) {
    if (packet.session_expiry != 0) {
        put_u32(out, PropertyId::SessionExpiry, packet.session_expiry);
    }
    if (packet.receive_maximum != 65'535) {
        put_u16(out, PropertyId::ReceiveMaximum, packet.receive_maximum);
    }
    if (packet.maximum_packet_size) {
        put_u32(out, PropertyId::MaximumPacketSize, *packet.maximum_packet_size);
    }
    if (packet.topic_alias_maximum != 0) {
        put_u16(out, PropertyId::TopicAliasMaximum, packet.topic_alias_maximum);
    }
    if (packet.wants_response_information) put_u8(out, PropertyId::RequestResponseInformation, 1);
    if (!packet.wants_problem_information) put_u8(out, PropertyId::RequestProblemInformation, 0);
    put_authentication(out, packet.authentication_method, packet.authentication_data);
    out.user_properties(packet.properties);
}

template <typename Out>
void put_properties(Out& out, const Will& will) {
    if (will.delay != 0) put_u32(out, PropertyId::WillDelay, will.delay);
    if (will.message_expiry) put_u32(out, PropertyId::MessageExpiry, *will.message_expiry);
    out.forwarded(will.properties);
}

template <typename Out>
void put_properties(Out& out, const Connack& packet, Detail detail) {
    if (packet.session_expiry) put_u32(out, PropertyId::SessionExpiry, *packet.session_expiry);
    if (packet.receive_maximum != 65'535) {
        put_u16(out, PropertyId::ReceiveMaximum, packet.receive_maximum);
    }
    if (packet.maximum_qos != Qos::ExactlyOnce) {
        put_u8(out, PropertyId::MaximumQos, static_cast<std::uint8_t>(packet.maximum_qos));
    }
    if (!packet.retain_available) put_u8(out, PropertyId::RetainAvailable, 0);
    if (packet.maximum_packet_size) {
        put_u32(out, PropertyId::MaximumPacketSize, *packet.maximum_packet_size);
    }
    put_text_if_any(out, PropertyId::AssignedClientId, packet.assigned_client_id);
    if (packet.topic_alias_maximum != 0) {
        put_u16(out, PropertyId::TopicAliasMaximum, packet.topic_alias_maximum);
    }
    if (!packet.wildcard_subscription_available) {
        put_u8(out, PropertyId::WildcardSubscriptionAvailable, 0);
    }
    if (!packet.subscription_ids_available) put_u8(out, PropertyId::SubscriptionIdsAvailable, 0);
    if (!packet.shared_subscription_available) {
        put_u8(out, PropertyId::SharedSubscriptionAvailable, 0);
    }
    if (packet.server_keep_alive) {
        put_u16(out, PropertyId::ServerKeepAlive, *packet.server_keep_alive);
    }
    put_text_if_any(out, PropertyId::ResponseInformation, packet.response_information);
    put_text_if_any(out, PropertyId::ServerReference, packet.server_reference);
    put_authentication(out, packet.authentication_method, packet.authentication_data);
    put_explanation(out, detail, packet.reason_string, packet.properties);
}

}  // namespace

Status<ReasonCode> encode(ByteBuffer& out, const Connect& packet, std::size_t packet_bytes_max) {
    const bool is_v5 = packet.version == ProtocolVersion::V5;
    // [MQTT-3.1.2-22] of 3.1.1
    if (!is_v5 && packet.password && !packet.user_name) return fail(ReasonCode::ProtocolError);
    if (packet.authentication_data && !packet.authentication_method) {
        return fail(ReasonCode::ProtocolError);
    }

    const auto body = [&](auto& to, Detail) {
        to.text(packet.version == ProtocolVersion::V31 ? "MQIsdp" : "MQTT");
        to.u8(level_of(packet));
        to.u8(flags_of(packet));
        to.u16(packet.keep_alive);
        if (is_v5) put_section(to, [&](auto& section) { put_properties(section, packet); });
        to.text(packet.client_id);
        if (packet.will) {
            const Will& will = *packet.will;
            if (is_v5) put_section(to, [&](auto& section) { put_properties(section, will); });
            to.text(will.topic);
            to.binary(will.payload);
        }
        if (packet.user_name) to.text(*packet.user_name);
        if (packet.password) to.binary(*packet.password);
    };
    return encode_packet(out, first_byte(PacketType::Connect), packet_bytes_max, body);
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Connack& packet,
                          std::size_t packet_bytes_max) {
    bool session_present = packet.session_present;
    // [MQTT-3.2.2-4] of 3.1.1, [MQTT-3.2.2-6] of 5.0
    if (packet.reason != ReasonCode::Success) session_present = false;
    const auto body = [&](auto& to, Detail detail) {
        to.u8(session_present && version != ProtocolVersion::V31 ? 1 : 0);
        if (version != ProtocolVersion::V5) {
            to.u8(connack_return_code(packet.reason));
            return;
        }
        to.u8(static_cast<std::uint8_t>(packet.reason));
        put_section(to, [&](auto& section) { put_properties(section, packet, detail); });
    };
    return encode_packet(out, first_byte(PacketType::Connack), packet_bytes_max, body);
}

std::uint8_t connack_return_code(ReasonCode reason) {
    switch (reason) {
        case ReasonCode::Success:
            return 0;
        case ReasonCode::UnsupportedProtocolVersion:
            return 1;
        case ReasonCode::ClientIdentifierNotValid:
            return 2;
        case ReasonCode::BadUserNameOrPassword:
        case ReasonCode::BadAuthenticationMethod:
            return 4;
        case ReasonCode::NotAuthorized:
        case ReasonCode::Banned:
            return 5;
        default:
            return 3;
    }
}

}  // namespace kleber::codec::mqtt
