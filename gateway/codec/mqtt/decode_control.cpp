#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/property_reader.hpp"
#include "gateway/codec/mqtt/reason_sets.hpp"

// The packets about the connection itself: pings, DISCONNECT and AUTH.
namespace kleber::codec::mqtt {
namespace {

constexpr PropertySet kDisconnectProperties{PropertyId::SessionExpiry, PropertyId::ReasonString,
                                            PropertyId::ServerReference};
constexpr PropertySet kAuthProperties{PropertyId::AuthenticationMethod,
                                      PropertyId::AuthenticationData, PropertyId::ReasonString};

ReasonCode read_properties(ByteReader& in, Disconnect& packet) {
    PropertyReader properties{in, kDisconnectProperties};
    while (const Property* property = properties.next()) {
        switch (property->id) {
            case PropertyId::SessionExpiry:
                packet.session_expiry = property->number;
                break;
            case PropertyId::ReasonString:
                packet.reason_string = property->text();
                break;
            case PropertyId::ServerReference:
                packet.server_reference = property->text();
                break;
            default:
                break;
        }
    }
    packet.properties = properties.section();
    return properties.error();
}

ReasonCode read_properties(ByteReader& in, Auth& packet) {
    PropertyReader properties{in, kAuthProperties};
    while (const Property* property = properties.next()) {
        switch (property->id) {
            case PropertyId::AuthenticationMethod:
                packet.authentication_method = property->text();
                break;
            case PropertyId::AuthenticationData:
                packet.authentication_data = property->bytes;
                break;
            case PropertyId::ReasonString:
                packet.reason_string = property->text();
                break;
            default:
                break;
        }
    }
    packet.properties = properties.section();
    return properties.error();
}

}  // namespace

Status<ReasonCode> decode_ping(const Frame& frame) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);
    if (!frame.body.empty()) return fail(ReasonCode::MalformedPacket);
    return Success{};
}

Result<Disconnect, ReasonCode> decode_disconnect(const Frame& frame, ProtocolVersion version,
                                                 Sender sender) {
    // [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5.0, [MQTT-3.14.1-1]
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Disconnect packet;
    if (version == ProtocolVersion::V5) {
        if (in.remaining() > 0) packet.reason = static_cast<ReasonCode>(in.u8());
        if (in.remaining() > 0) {
            const ReasonCode error = read_properties(in, packet);
            if (error != ReasonCode::Success) return fail(error);
        }
    } else if (sender == Sender::Server) {
        return fail(ReasonCode::ProtocolError);
    }
    if (!in.finished()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-3.14.2-1]
    if (!is_disconnect_reason(sender, packet.reason)) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.14.2-2]
    if (sender == Sender::Server && packet.session_expiry) return fail(ReasonCode::ProtocolError);
    if (sender == Sender::Client && find_property(packet.properties, PropertyId::ServerReference)) {
        return fail(ReasonCode::ProtocolError);
    }
    return packet;
}

Result<Auth, ReasonCode> decode_auth(const Frame& frame, Sender sender) {
    // [MQTT-2.1.3-1] of 5.0, [MQTT-3.15.1-1]
    if (frame.flags() != 0) return fail(ReasonCode::MalformedPacket);

    ByteReader in{frame.body};
    Auth packet;
    const bool is_short = in.remaining() == 0;  // Success, and nothing more to say
    if (!is_short) {
        packet.reason = static_cast<ReasonCode>(in.u8());
        const ReasonCode error = read_properties(in, packet);
        if (error != ReasonCode::Success) return fail(error);
    }
    if (!in.finished()) return fail(ReasonCode::MalformedPacket);
    // [MQTT-3.15.2-1]
    if (!is_auth_reason(sender, packet.reason)) return fail(ReasonCode::ProtocolError);
    if (!is_short && !packet.authentication_method) return fail(ReasonCode::ProtocolError);
    return packet;
}

}  // namespace kleber::codec::mqtt
