#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_server.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

void MqttServer::handle_ack(const Frame& frame, Turn& turn) {
    const auto decoded = mqtt::decode_ack(frame, version_);
    if (!decoded) return break_off(decoded.error(), "malformed acknowledgement", turn);
    const mqtt::Ack& packet = *decoded;
    const port::PacketId id{packet.packet_id};
    if (packet.type == mqtt::PacketType::Pubrel) {
        ++unsettled_;
        turn.requests.emplace_back(port::Release{.client = client_, .id = id});
        return;
    }
    auto kind = port::AcknowledgeKind::Received;
    if (packet.type == mqtt::PacketType::Pubrec) kind = port::AcknowledgeKind::Recorded;
    if (packet.type == mqtt::PacketType::Pubcomp) kind = port::AcknowledgeKind::Completed;
    turn.requests.emplace_back(
        port::Acknowledge{.client = client_, .id = id, .kind = kind, .reason = packet.reason});
}

void MqttServer::settle(const port::Settled& settled, Turn& turn) {
    auto type = mqtt::PacketType::Puback;
    if (settled.kind == port::SettledKind::Recorded) type = mqtt::PacketType::Pubrec;
    if (settled.kind == port::SettledKind::Completed) type = mqtt::PacketType::Pubcomp;
    if (settled.reason == ReasonCode::NotAuthorized) [[unlikely]] {
        send_refusal(
            {.publishes_before = 0, .type = type, .reason = settled.reason, .id = settled.id.value},
            turn);
    } else {
        send_ack(type, settled.id.value, settled.reason, turn);
    }
    if (unsettled_ > 0) --unsettled_;
    if (type == mqtt::PacketType::Pubcomp) return;
    if (unsettled_publishes_ > 0) --unsettled_publishes_;
    if (extras_ && !extras_->held_acks.empty()) [[unlikely]] {
        for (HeldAck& held : extras_->held_acks) --held.publishes_before;
        send_held_acks(turn);
    }
}

// For a PUBLISH that the broker does not get. Acknowledgements go out in the order of the
// PUBLISHes, so it waits for those that the broker still owes.
void MqttServer::acknowledge(const mqtt::Publish& packet, ReasonCode reason, Turn& turn) {
    // It may have arrived over an earlier link, while it was allowed, and its id be known: to
    // refuse it now would end the exchange for the client, and the broker took the next message
    // under that id for another repeat.
    if (packet.dup && packet.qos == Qos::ExactlyOnce && version_ == Version::V5) {
        turn.requests.emplace_back(port::Publish{.client = client_,
                                                 .id = port::PacketId{packet.packet_id},
                                                 .refusal = reason,
                                                 .message = {}});
        ++unsettled_;
        ++unsettled_publishes_;
        ++publishes_in_flight_;
        return;
    }
    const auto type =
        packet.qos == Qos::AtLeastOnce ? mqtt::PacketType::Puback : mqtt::PacketType::Pubrec;
    ++unsettled_;
    if (version_ == Version::V5) ++publishes_in_flight_;
    extras().held_acks.push_back({.publishes_before = unsettled_publishes_,
                                  .type = type,
                                  .reason = reason,
                                  .id = packet.packet_id});
    send_held_acks(turn);
}

void MqttServer::send_held_acks(Turn& turn) {
    std::vector<HeldAck>& held = extras_->held_acks;
    auto ack = held.begin();
    for (; ack != held.end(); ++ack) {
        if (ack->publishes_before > 0) break;  // [MQTT-4.6.0-2] [MQTT-4.6.0-3]
        send_refusal(*ack, turn);
        --unsettled_;
    }
    held.erase(held.begin(), ack);
}

void MqttServer::send_ack(mqtt::PacketType type, std::uint16_t id, ReasonCode reason, Turn& turn) {
    mqtt::encode_ack(turn.out.bytes(), version_, type, id, reason);
    ack_sent(type, reason);
}

// With words, if the client takes them: most people see those and not the code.
void MqttServer::send_refusal(const HeldAck& held, Turn& turn) {
    mqtt::Ack packet{.type = held.type, .packet_id = held.id, .reason = held.reason};
    // [MQTT-3.1.2-29] of 5.0
    if (held.reason == ReasonCode::NotAuthorized && wants_reasons_) {
        packet.reason_string = "not allowed to publish to this topic";
    }
    if (!mqtt::encode(turn.out.bytes(), version_, packet, client_packet_bytes_max_)) {
        mqtt::encode_ack(turn.out.bytes(), version_, held.type, held.id, held.reason);
    }
    ack_sent(held.type, held.reason);
}

void MqttServer::ack_sent(mqtt::PacketType type, ReasonCode reason) {
    traffic_.packets_sent.add();
    if (publishes_in_flight_ == 0 || type == mqtt::PacketType::Pubrel) return;
    // [MQTT-4.9.0-1]: what makes room in the receive maximum
    if (type != mqtt::PacketType::Pubrec || is_error(reason)) --publishes_in_flight_;
}

}  // namespace kleber::connection
