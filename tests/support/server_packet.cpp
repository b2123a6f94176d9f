#include "tests/support/server_packet.hpp"

#include <algorithm>
#include <utility>

#include "gateway/codec/mqtt/decode.hpp"

namespace kleber::support {

namespace mqtt = codec::mqtt;

namespace {

template <typename Packet>
Result<ServerPacket, ReasonCode> with(std::shared_ptr<const std::vector<std::uint8_t>> wire,
                                      Result<Packet, ReasonCode> decoded) {
    if (!decoded) return fail(decoded.error());
    return ServerPacket{std::move(wire), *std::move(decoded)};
}

std::string describe_codes(Bytes codes) {
    std::string text = " codes";
    for (const std::uint8_t code : codes) text += ' ' + std::to_string(code);
    return text;
}

}  // namespace

Result<ServerPacket, ReasonCode> decode_server_packet(std::vector<std::uint8_t> bytes,
                                                      mqtt::ProtocolVersion version) {
    auto wire = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    const mqtt::FramingResult framed = mqtt::next_frame(*wire, mqtt::kPacketMax);
    if (framed.outcome != mqtt::Framing::Complete || framed.size_bytes != wire->size()) {
        return fail(ReasonCode::MalformedPacket);
    }
    const mqtt::Frame& frame = framed.frame;
    switch (frame.type()) {
        case mqtt::PacketType::Connack:
            return with(wire, mqtt::decode_connack(frame, version));
        case mqtt::PacketType::Publish:
            return with(wire, mqtt::decode_publish(frame, version, mqtt::Sender::Server));
        case mqtt::PacketType::Puback:
        case mqtt::PacketType::Pubrec:
        case mqtt::PacketType::Pubrel:
        case mqtt::PacketType::Pubcomp:
            return with(wire, mqtt::decode_ack(frame, version));
        case mqtt::PacketType::Suback:
            return with(wire, mqtt::decode_suback(frame, version));
        case mqtt::PacketType::Unsuback:
            return with(wire, mqtt::decode_unsuback(frame, version));
        case mqtt::PacketType::Pingresp: {
            const Status<ReasonCode> ping = mqtt::decode_ping(frame);
            if (!ping) return fail(ping.error());
            return ServerPacket{wire, Pingresp{}};
        }
        case mqtt::PacketType::Disconnect:
            return with(wire, mqtt::decode_disconnect(frame, version, mqtt::Sender::Server));
        case mqtt::PacketType::Auth:
            if (version != mqtt::ProtocolVersion::V5) return fail(ReasonCode::ProtocolError);
            return with(wire, mqtt::decode_auth(frame, mqtt::Sender::Server));
        default:
            return fail(ReasonCode::ProtocolError);
    }
}

std::string_view name_of(mqtt::PacketType type) {
    static constexpr std::string_view kNames[] = {
        "a reserved type", "CONNECT",  "CONNACK",    "PUBLISH", "PUBACK",      "PUBREC",
        "PUBREL",          "PUBCOMP",  "SUBSCRIBE",  "SUBACK",  "UNSUBSCRIBE", "UNSUBACK",
        "PINGREQ",         "PINGRESP", "DISCONNECT", "AUTH"};
    return kNames[static_cast<std::size_t>(type)];
}

std::string describe(ReasonCode reason) {
    return std::to_string(static_cast<int>(reason)) + " (" + std::string{kleber::name_of(reason)} +
           ")";
}

std::string describe(const ServerPacket& packet) {
    std::string text{name_of(packet.type())};
    const auto add_reason = [&](ReasonCode reason) { text += ' ' + describe(reason); };
    if (const auto* connack = packet.get<mqtt::Connack>()) {
        add_reason(connack->reason);
        if (connack->session_present) text += " session present";
    } else if (const auto* publish = packet.get<mqtt::Publish>()) {
        text += " id " + std::to_string(publish->packet_id) + " QoS " +
                std::to_string(static_cast<int>(publish->qos)) + " topic '" +
                std::string{publish->topic} + "' payload '" +
                std::string{as_text(
                    publish->payload.first(std::min<std::size_t>(publish->payload.size(), 80)))} +
                "'";
        if (publish->dup) text += " DUP";
        if (publish->retain) text += " RETAIN";
    } else if (const auto* ack = packet.get<mqtt::Ack>()) {
        text += " id " + std::to_string(ack->packet_id);
        add_reason(ack->reason);
    } else if (const auto* suback = packet.get<mqtt::Suback>()) {
        text += " id " + std::to_string(suback->packet_id) + describe_codes(suback->reason_codes);
    } else if (const auto* unsuback = packet.get<mqtt::Unsuback>()) {
        text +=
            " id " + std::to_string(unsuback->packet_id) + describe_codes(unsuback->reason_codes);
    } else if (const auto* disconnect = packet.get<mqtt::Disconnect>()) {
        add_reason(disconnect->reason);
        if (!disconnect->reason_string.empty()) {
            text += ": " + std::string{disconnect->reason_string};
        }
    } else if (const auto* auth = packet.get<mqtt::Auth>()) {
        add_reason(auth->reason);
    }
    return text;
}

}  // namespace kleber::support
