#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/property_reader.hpp"

namespace kleber::codec::mqtt {
namespace {

constexpr std::uint8_t kBridgeBit = 0x80;

constexpr std::uint8_t kReservedFlag = 0x01;
constexpr std::uint8_t kCleanStartFlag = 0x02;
constexpr std::uint8_t kWillFlag = 0x04;
constexpr std::uint8_t kWillQosFlags = 0x18;
constexpr std::uint8_t kWillRetainFlag = 0x20;
constexpr std::uint8_t kPasswordFlag = 0x40;
constexpr std::uint8_t kUserNameFlag = 0x80;

constexpr PropertySet kConnectProperties{PropertyId::SessionExpiry,
                                         PropertyId::ReceiveMaximum,
                                         PropertyId::MaximumPacketSize,
                                         PropertyId::TopicAliasMaximum,
                                         PropertyId::RequestResponseInformation,
                                         PropertyId::RequestProblemInformation,
                                         PropertyId::AuthenticationMethod,
                                         PropertyId::AuthenticationData};
constexpr PropertySet kWillProperties{PropertyId::WillDelay,     PropertyId::PayloadFormat,
                                      PropertyId::MessageExpiry, PropertyId::ContentType,
                                      PropertyId::ResponseTopic, PropertyId::CorrelationData};

// The protocol's name and level, without what follows.
struct Protocol {
    std::string_view name;
    std::uint8_t level = 0;
};

ReasonCode read_version(ByteReader& in, Connect& packet) {
    const Protocol protocol{.name = in.utf8(), .level = in.u8()};
    if (in.has_failed()) return ReasonCode::MalformedPacket;
    if (protocol.name == "MQIsdp") {
        if ((protocol.level & ~kBridgeBit) != 3) return ReasonCode::UnsupportedProtocolVersion;
        packet.version = ProtocolVersion::V31;
        packet.is_bridge = (protocol.level & kBridgeBit) != 0;
        return ReasonCode::Success;
    }
    // [MQTT-3.1.2-1]
    if (protocol.name != "MQTT") return ReasonCode::MalformedPacket;
    if (protocol.level == 5) {
        packet.version = ProtocolVersion::V5;
        return ReasonCode::Success;
    }
    // [MQTT-3.1.2-2]
    if ((protocol.level & ~kBridgeBit) != 4) return ReasonCode::UnsupportedProtocolVersion;
    packet.version = ProtocolVersion::V311;
    packet.is_bridge = (protocol.level & kBridgeBit) != 0;
    return ReasonCode::Success;
}

ReasonCode check_flags(std::uint8_t flags, ProtocolVersion version) {
    // [MQTT-3.1.2-14] of 3.1.1, [MQTT-3.1.2-12] of 5.0
    if ((flags & kWillFlag) != 0 && (flags & kWillQosFlags) == kWillQosFlags) {
        return ReasonCode::MalformedPacket;
    }
    if (version != ProtocolVersion::V5) {
        // [MQTT-3.1.2-22] of 3.1.1
        if ((flags & kPasswordFlag) != 0 && (flags & kUserNameFlag) == 0) {
            return ReasonCode::MalformedPacket;
        }
    }
    // 3.1 leaves the meaning of unused flags open.
    if (version == ProtocolVersion::V31) return ReasonCode::Success;
    // [MQTT-3.1.2-3]
    if ((flags & kReservedFlag) != 0) return ReasonCode::MalformedPacket;
    if ((flags & kWillFlag) == 0) {
        // [MQTT-3.1.2-13] of 3.1.1, [MQTT-3.1.2-11]
        if ((flags & kWillQosFlags) != 0) return ReasonCode::ProtocolError;
        // [MQTT-3.1.2-15] of 3.1.1, [MQTT-3.1.2-13] of 5.0
        if ((flags & kWillRetainFlag) != 0) return ReasonCode::ProtocolError;
    }
    return ReasonCode::Success;
}

ReasonCode read_properties(ByteReader& in, Connect& packet) {
    PropertyReader properties{in, kConnectProperties};
    while (const Property* property = properties.next()) {
        switch (property->id) {
            case PropertyId::SessionExpiry:
                packet.session_expiry = property->number;
                break;
            case PropertyId::ReceiveMaximum:
                packet.receive_maximum = static_cast<std::uint16_t>(property->number);
                break;
            case PropertyId::MaximumPacketSize:
                packet.maximum_packet_size = property->number;
                break;
            case PropertyId::TopicAliasMaximum:
                packet.topic_alias_maximum = static_cast<std::uint16_t>(property->number);
                break;
            case PropertyId::RequestResponseInformation:
                packet.wants_response_information = property->number != 0;
                break;
            case PropertyId::RequestProblemInformation:
                packet.wants_problem_information = property->number != 0;
                break;
            case PropertyId::AuthenticationMethod:
                packet.authentication_method = property->text();
                break;
            case PropertyId::AuthenticationData:
                packet.authentication_data = property->bytes;
                break;
            default:
                break;
        }
    }
    packet.properties = properties.section();
    if (properties.error() != ReasonCode::Success) return properties.error();
    if (packet.authentication_data && !packet.authentication_method) {
        return ReasonCode::ProtocolError;
    }
    return ReasonCode::Success;
}

ReasonCode read_will_properties(ByteReader& in, Will& will) {
    PropertyReader properties{in, kWillProperties};
    while (const Property* property = properties.next()) {
        switch (property->id) {
            case PropertyId::WillDelay:
                will.delay = property->number;
                break;
            case PropertyId::PayloadFormat:
                will.payload_format = static_cast<std::uint8_t>(property->number);
                break;
            case PropertyId::MessageExpiry:
                will.message_expiry = property->number;
                break;
            case PropertyId::ResponseTopic:
                will.has_response_topic = true;
                break;
            default:
                break;
        }
    }
    will.properties = properties.section();
    return properties.error();
}

// In the order that section 3.1.3 of the specification gives.
ReasonCode read_payload(ByteReader& in, std::uint8_t flags, Connect& packet) {
    packet.client_id = in.utf8();  // [MQTT-3.1.3-4]
    if ((flags & kWillFlag) != 0) {
        Will& will = packet.will.emplace();
        will.qos = static_cast<Qos>((flags & kWillQosFlags) >> 3);
        will.retain = (flags & kWillRetainFlag) != 0;
        if (packet.version == ProtocolVersion::V5) {
            const ReasonCode error = read_will_properties(in, will);
            if (error != ReasonCode::Success) return error;
        }
        will.topic = in.utf8();  // [MQTT-3.1.3-10] of 3.1.1, [MQTT-3.1.3-11] of 5.0
        will.payload = in.binary();
    }
    // In 3.1 the remaining length takes precedence over the flags: what is announced may be
    // missing.
    const bool may_be_missing = packet.version == ProtocolVersion::V31;
    if ((flags & kUserNameFlag) != 0 && !(may_be_missing && in.remaining() == 0)) {
        packet.user_name = in.utf8();  // [MQTT-3.1.3-11] of 3.1.1, [MQTT-3.1.3-12] of 5.0
    }
    if ((flags & kPasswordFlag) != 0 && !(may_be_missing && in.remaining() == 0)) {
        packet.password = in.binary();
    }
    return ReasonCode::Success;
}

}  // namespace

Result<Connect, ReasonCode> decode_connect(const Frame& frame) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Connect packet;
    if (const ReasonCode error = read_version(in, packet); error != ReasonCode::Success) {
        return fail(error);
    }
    const std::uint8_t flags = in.u8();
    packet.keep_alive = in.u16();
    if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
    if (const ReasonCode error = check_flags(flags, packet.version); error != ReasonCode::Success) {
        return fail(error);
    }
    packet.clean_start = (flags & kCleanStartFlag) != 0;
    if (packet.version == ProtocolVersion::V5) {
        const ReasonCode error = read_properties(in, packet);
        if (error != ReasonCode::Success) return fail(error);
    }
    if (const ReasonCode error = read_payload(in, flags, packet); error != ReasonCode::Success) {
        return fail(error);
    }
    // [MQTT-3.1.4-1]
    if (!in.finished()) return fail(ReasonCode::MalformedPacket);
    return packet;
}

std::optional<ProtocolVersion> refusal_version(const Frame& frame) {
    ByteReader in{frame.body};
    const Protocol protocol{.name = in.utf8(), .level = in.u8()};
    if (in.has_failed()) return std::nullopt;
    if (protocol.name == "MQIsdp") return ProtocolVersion::V31;
    if (protocol.name != "MQTT") return std::nullopt;
    return (protocol.level & ~kBridgeBit) >= 5 ? ProtocolVersion::V5 : ProtocolVersion::V311;
}

}  // namespace kleber::codec::mqtt
