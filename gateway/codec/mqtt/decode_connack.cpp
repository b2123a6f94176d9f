#include <array>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/property_reader.hpp"
#include "gateway/codec/mqtt/reason_sets.hpp"

namespace kleber::codec::mqtt {
namespace {

constexpr PropertySet kConnackProperties{PropertyId::SessionExpiry,
                                         PropertyId::ReceiveMaximum,
                                         PropertyId::MaximumQos,
                                         PropertyId::RetainAvailable,
                                         PropertyId::MaximumPacketSize,
                                         PropertyId::AssignedClientId,
                                         PropertyId::TopicAliasMaximum,
                                         PropertyId::ReasonString,
                                         PropertyId::WildcardSubscriptionAvailable,
                                         PropertyId::SubscriptionIdsAvailable,
                                         PropertyId::SharedSubscriptionAvailable,
                                         PropertyId::ServerKeepAlive,
                                         PropertyId::ResponseInformation,
                                         PropertyId::ServerReference,
                                         PropertyId::AuthenticationMethod,
                                         PropertyId::AuthenticationData};

// What the return codes of 3.1 and 3.1.1 say, in their order.
constexpr std::array kReturnCodes{ReasonCode::Success,
                                  ReasonCode::UnsupportedProtocolVersion,
                                  ReasonCode::ClientIdentifierNotValid,
                                  ReasonCode::ServerUnavailable,
                                  ReasonCode::BadUserNameOrPassword,
                                  ReasonCode::NotAuthorized};

void take(const Property& property, Connack& packet) {
    const auto as_u16 = static_cast<std::uint16_t>(property.number);
    const bool as_bool = property.number != 0;
    switch (property.id) {
        case PropertyId::SessionExpiry:
            packet.session_expiry = property.number;
            break;
        case PropertyId::ReceiveMaximum:
            packet.receive_maximum = as_u16;
            break;
        case PropertyId::MaximumQos:
            packet.maximum_qos = static_cast<Qos>(property.number);
            break;
        case PropertyId::RetainAvailable:
            packet.retain_available = as_bool;
            break;
        case PropertyId::MaximumPacketSize:
            packet.maximum_packet_size = property.number;
            break;
        case PropertyId::AssignedClientId:
            packet.assigned_client_id = property.text();
            break;
        case PropertyId::TopicAliasMaximum:
            packet.topic_alias_maximum = as_u16;
            break;
        case PropertyId::ReasonString:
            packet.reason_string = property.text();
            break;
        case PropertyId::WildcardSubscriptionAvailable:
            packet.wildcard_subscription_available = as_bool;
            break;
        case PropertyId::SubscriptionIdsAvailable:
            packet.subscription_ids_available = as_bool;
            break;
        case PropertyId::SharedSubscriptionAvailable:
            packet.shared_subscription_available = as_bool;
            break;
        case PropertyId::ServerKeepAlive:
            packet.server_keep_alive = as_u16;
            break;
        case PropertyId::ResponseInformation:
            packet.response_information = property.text();
            break;
        case PropertyId::ServerReference:
            packet.server_reference = property.text();
            break;
        case PropertyId::AuthenticationMethod:
            packet.authentication_method = property.text();
            break;
        case PropertyId::AuthenticationData:
            packet.authentication_data = property.bytes;
            break;
        default:
            break;
    }
}

}  // namespace

Result<Connack, ReasonCode> decode_connack(const Frame& frame, ProtocolVersion version) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Connack packet;
    const std::uint8_t flags = in.u8();
    const std::uint8_t code = in.u8();
    if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
    if (version != ProtocolVersion::V31) {  // which does not use the flags
        // [MQTT-3.2.2-1] of 5.0
        if ((flags & 0xFE) != 0) return fail(ReasonCode::MalformedPacket);
        packet.session_present = flags != 0;
    }
    if (version == ProtocolVersion::V5) {
        packet.reason = static_cast<ReasonCode>(code);
        PropertyReader properties{in, kConnackProperties};
        while (const Property* property = properties.next()) take(*property, packet);
        if (properties.error() != ReasonCode::Success) return fail(properties.error());
        packet.properties = properties.section();
        // [MQTT-3.2.2-8] of 5.0
        if (!is_connack_reason(packet.reason)) return fail(ReasonCode::ProtocolError);
        if (packet.authentication_data && !packet.authentication_method) {
            return fail(ReasonCode::ProtocolError);
        }
    } else {
        if (code >= kReturnCodes.size()) return fail(ReasonCode::ProtocolError);
        packet.reason = kReturnCodes[code];
    }
    if (!in.finished()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-3.2.2-4] of 3.1.1, [MQTT-3.2.2-6] of 5.0
    if (packet.session_present && packet.reason != ReasonCode::Success) {
        return fail(ReasonCode::ProtocolError);
    }
    return packet;
}

}  // namespace kleber::codec::mqtt
