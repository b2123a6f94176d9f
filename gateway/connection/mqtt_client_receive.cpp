#include <utility>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_client.hpp"
#include "gateway/topic/name.hpp"

// Messages that come in, and when the server hears that they did.
namespace kleber::connection {

namespace {

port::SubscriptionIds subscription_ids_of(const codec::mqtt::Publish& packet) {
    if (!packet.has_subscription_ids) return {};
    std::vector<std::uint32_t> ids;
    codec::mqtt::for_each_subscription_id(packet.properties,
                                          [&](std::uint32_t id) { ids.push_back(id); });
    return port::SubscriptionIds{ids};
}

}  // namespace

void MqttClient::handle_publish(const Frame& frame, Turn& turn) {
    const auto decoded =
        codec::mqtt::decode_publish(frame, options_.version, codec::mqtt::Sender::Server);
    if (!decoded) {
        break_off(decoded.error(), "PUBLISH", turn);
        return;
    }
    const codec::mqtt::Publish& packet = decoded.value();
    std::string_view topic;
    if (!resolve_topic(packet, topic, turn)) return;
    if (packet.qos != Qos::AtMostOnce && !admit(packet, turn)) return;
    deliver(packet, topic, turn);
    if (packet.qos == Qos::AtMostOnce || options_.acknowledging == Acknowledging::Manual) return;
    if (receipts_.is_free(packet.packet_id)) {
        write_ack(PacketType::Puback, packet.packet_id, ReasonCode::Success, turn);
    } else {
        acknowledge(receipts_.receipt_for(packet.packet_id), ReasonCode::Success, turn);
    }
}

// False, and the connection has ended, if there is no valid topic.
bool MqttClient::resolve_topic(const codec::mqtt::Publish& packet, std::string_view& topic,
                               Turn& turn) {
    topic = packet.topic;
    if (packet.topic_alias) {
        // [MQTT-3.3.2-8] [MQTT-3.1.2-26]
        if (*packet.topic_alias > options_.topic_alias_maximum) {
            break_off(ReasonCode::TopicAliasInvalid, "a topic alias above our maximum", turn);
            return false;
        }
        if (topic.empty()) topic = aliases_in_.topic(*packet.topic_alias);
    }
    if (topic.empty()) {
        break_off(ReasonCode::ProtocolError, "a message without topic", turn);
        return false;
    }
    // [MQTT-3.3.2-2]
    if (!topic::is_valid_name(topic)) {
        break_off(ReasonCode::TopicNameInvalid, "a message to wildcards", turn);
        return false;
    }
    if (packet.topic_alias && !packet.topic.empty()) aliases_in_.set(*packet.topic_alias, topic);
    return true;
}

// For QoS 1 and 2: whether the message is new and may come in. What is not new is acknowledged
// again if it was before.
bool MqttClient::admit(const codec::mqtt::Publish& packet, Turn& turn) {
    const PacketId id = packet.packet_id;
    // An automatic PUBACK leaves nothing to remember.
    if (packet.qos == Qos::AtLeastOnce && options_.acknowledging == Acknowledging::Automatic &&
        receipts_.is_free(id)) {
        return true;
    }
    const Arrival arrival = receipts_.arrive(id, packet.qos, packet.dup);
    switch (arrival) {
        case Arrival::New:
            break;
        case Arrival::Repeated:
            return false;
        case Arrival::RepeatedOwned:
            if (packet.qos == Qos::AtLeastOnce) {
                receipts_.erase(id);
                write_ack(PacketType::Puback, id, ReasonCode::Success, turn);
            } else {
                write_ack(PacketType::Pubrec, id, ReasonCode::Success, turn);
            }
            return false;
        case Arrival::IdInUse:
            break_off(ReasonCode::ProtocolError, "a packet identifier that is in use", turn);
            return false;
    }
    // [MQTT-3.3.4-9]
    if (options_.version == Version::V5 && receipts_.open_count() > options_.receive_maximum) {
        break_off(ReasonCode::ReceiveMaximumExceeded, "more messages than we can take", turn);
        return false;
    }
    return true;
}

void MqttClient::deliver(const codec::mqtt::Publish& packet, std::string_view topic, Turn& turn) {
    // What belongs to this hop alone stays behind; mostly there is nothing of that kind.
    Bytes properties = packet.properties;
    const std::size_t size = codec::mqtt::forwarded_size(properties);
    if (size != properties.size()) {
        scratch_.clear();
        codec::mqtt::copy_forwarded(properties, scratch_.extend(size));
        properties = scratch_.bytes();
    }
    const SteadyTime expires_at =
        packet.message_expiry ? turn.now.steady + std::chrono::seconds{*packet.message_expiry}
                              : port::kNever;
    turn.events.emplace_back(Received{.message = port::Message::make({.topic = topic,
                                                                      .properties = properties,
                                                                      .payload = packet.payload,
                                                                      .qos = packet.qos,
                                                                      .retain = packet.retain,
                                                                      .expires_at = expires_at},
                                                                     options_.sharing),
                                      .subscription_ids = subscription_ids_of(packet),
                                      .receipt = packet.qos == Qos::AtMostOnce
                                                     ? Receipt{}
                                                     : receipts_.receipt_for(packet.packet_id),
                                      .qos = packet.qos,
                                      .retain = packet.retain,
                                      .is_repeated = packet.dup});
}

void MqttClient::acknowledge(const Receipt& receipt, ReasonCode reason, Turn& turn) {
    // Only MQTT 5 can refuse; before, a refused message is acknowledged like any other.
    const ReasonCode said = options_.version == Version::V5 ? reason : ReasonCode::Success;
    const std::optional<Qos> qos = receipts_.own(receipt, is_error(said));
    if (!qos) return;
    write_ack(*qos == Qos::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, receipt.packet_id,
              said, turn);
}

void MqttClient::handle_release(const Frame& frame, Turn& turn) {
    const auto decoded = codec::mqtt::decode_ack(frame, options_.version);
    if (!decoded) {
        break_off(decoded.error(), "PUBREL", turn);
        return;
    }
    const PacketId id = decoded.value().packet_id;
    if (receipts_.release(id) == Releasing::NotRecorded) {
        break_off(ReasonCode::ProtocolError, "PUBREL before PUBREC", turn);
        return;
    }
    // For an unknown one too: a repeat after its end was lost. [MQTT-4.3.3-11]
    write_ack(PacketType::Pubcomp, id, ReasonCode::Success, turn);
}

void MqttClient::write_ack(PacketType type, PacketId id, ReasonCode reason, Turn& turn) {
    codec::mqtt::encode_ack(turn.out.bytes(), options_.version, type, id, reason);
    last_sent_ = turn.now.steady;
}

}  // namespace kleber::connection
