#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/property_reader.hpp"

namespace kleber::codec::mqtt {
namespace {

constexpr PropertySet kSubscribeProperties{PropertyId::SubscriptionId};
constexpr PropertySet kUnsubscribeProperties{};

bool are_flags_valid(const Frame& frame, ProtocolVersion version) {
    if (frame.flags() == 0x02) return true;
    return version == ProtocolVersion::V31 && frame.flags() == 0x0A;  // 3.1 marks repeats with DUP
}

ReasonCode check_options(std::string_view filter, std::uint8_t options, ProtocolVersion version) {
    const unsigned reserved = version == ProtocolVersion::V5 ? 0xC0 : 0xFC;
    // [MQTT-3.8.3-4] of 3.1.1, [MQTT-3.8.3-5] of 5.0
    if ((options & reserved) != 0) return ReasonCode::MalformedPacket;
    // [MQTT-3.8.3-4] of 3.1.1
    if ((options & 0x03) == 0x03) return ReasonCode::ProtocolError;
    if ((options & 0x30) == 0x30) return ReasonCode::ProtocolError;
    // [MQTT-3.8.3-4] of 5.0
    if ((options & 0x04) != 0 && filter.starts_with("$share/")) return ReasonCode::ProtocolError;
    return ReasonCode::Success;
}

}  // namespace

Result<Subscribe, ReasonCode> decode_subscribe(const Frame& frame, ProtocolVersion version) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0, [MQTT-3.8.1-1]
    if (!are_flags_valid(frame, version)) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Subscribe packet{.packet_id = in.u16()};
    if (version == ProtocolVersion::V5) {
        PropertyReader properties{in, kSubscribeProperties};
        while (const Property* property = properties.next()) {
            if (property->id == PropertyId::SubscriptionId) {
                packet.subscription_id = property->number;
            }
        }
        if (properties.error() != ReasonCode::Success) return fail(properties.error());
        packet.properties = properties.section();
    }
    if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-2.3.1-1] of 3.1.1, [MQTT-2.2.1-3] of 5.0
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.8.3-3] of 3.1.1, [MQTT-3.8.3-2] of 5.0
    if (in.remaining() == 0) return fail(ReasonCode::ProtocolError);

    packet.subscriptions = SubscriptionList{Bytes{in.position(), in.remaining()}};
    while (in.remaining() > 0) {
        const std::string_view filter = in.utf8();  // [MQTT-3.8.3-1]
        const std::uint8_t options = in.u8();
        if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
        const ReasonCode error = check_options(filter, options, version);
        if (error != ReasonCode::Success) return fail(error);
    }
    return packet;
}

Result<Unsubscribe, ReasonCode> decode_unsubscribe(const Frame& frame, ProtocolVersion version) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0, [MQTT-3.10.1-1]
    if (!are_flags_valid(frame, version)) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Unsubscribe packet{.packet_id = in.u16()};
    if (version == ProtocolVersion::V5) {
        PropertyReader properties{in, kUnsubscribeProperties};
        while (properties.next() != nullptr) {
        }
        if (properties.error() != ReasonCode::Success) return fail(properties.error());
        packet.properties = properties.section();
    }
    if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-2.3.1-1] of 3.1.1, [MQTT-2.2.1-3] of 5.0
    if (packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.10.3-2]
    if (in.remaining() == 0) return fail(ReasonCode::ProtocolError);

    packet.filters = FilterList{Bytes{in.position(), in.remaining()}};
    while (in.remaining() > 0) {
        in.utf8();  // [MQTT-3.10.3-1]
        if (in.has_failed()) return fail(ReasonCode::MalformedPacket);
    }
    return packet;
}

}  // namespace kleber::codec::mqtt
