#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/connection/message_fields.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

void MqttServer::handle_publish(const Frame& frame, Turn& turn) {
    // What was kept of a client below a mount point is not what it says.
    const bool is_mounted = !policy_.mount.is_root();
    const auto decoded = mqtt::decode_publish(frame, version_, mqtt::Sender::Client,
                                              is_mounted ? std::string_view{} : last_topic_.text());
    if (!decoded) return break_off(decoded.error(), "malformed PUBLISH", turn);
    const mqtt::Publish& packet = *decoded;
    traffic_.publishes_received.add();
    traffic_.publish_bytes_received.add(packet.payload.size());

    // [MQTT-3.3.4-7]
    if (version_ == Version::V5 && packet.qos != Qos::AtMostOnce &&
        publishes_in_flight_ >= policy_.receive_maximum) {
        return break_off(ReasonCode::ReceiveMaximumExceeded, "more PUBLISHes than it may have open",
                         turn);
    }
    std::string_view topic = packet.topic;
    if (!resolve_topic(packet, topic, turn)) return;
    // These are the broker's own.
    if (topic.starts_with('$')) return deny_publish(packet, topic, turn);
    if (!packet.properties.empty() && !check_properties(packet, turn)) return;
    if (is_mounted) [[unlikely]]
        topic = inward(topic);
    if (!packet.is_topic_known && last_topic_.keep(topic)) {
        if (decided_by_ != 0) changes_topics_ = true;
        decided_by_ = 0;
    }
    if (turn.authorizer != nullptr && !may_publish(topic, *turn.authorizer)) {
        return deny_publish(packet, topic, turn);
    }
    pass_on(packet, topic, turn);
}

bool MqttServer::resolve_topic(const mqtt::Publish& packet, std::string_view& topic, Turn& turn) {
    // [MQTT-3.3.2-9]
    if (packet.topic_alias.value_or(0) > policy_.topic_alias_maximum) {
        break_off(ReasonCode::TopicAliasInvalid, "topic alias above the maximum", turn);
        return false;
    }
    if (topic.empty() && version_ == Version::V5) return resolve_alias(packet, topic, turn);
    // [MQTT-3.3.2-2]
    if (!packet.is_topic_known && !topic::is_valid_name(topic)) {
        break_off(ReasonCode::TopicNameInvalid, "topic name not valid", turn);
        return false;
    }
    if (exceeds_limits(topic)) {
        constexpr std::string_view kDetail = "topic name too long";
        if (!packet.topic_alias) {
            return refuse_publish(packet, ReasonCode::TopicNameInvalid, kDetail, turn);
        }
        // It would have to be kept for what follows.
        break_off(ReasonCode::TopicNameInvalid, kDetail, turn);
        return false;
    }
    if (packet.topic_alias) extras().aliases_in.set(*packet.topic_alias, topic);
    return true;
}

bool MqttServer::resolve_alias(const mqtt::Publish& packet, std::string_view& topic, Turn& turn) {
    if (!packet.topic_alias) {
        break_off(ReasonCode::ProtocolError, "PUBLISH with neither topic nor alias", turn);
        return false;
    }
    if (extras_) topic = extras_->aliases_in.topic(*packet.topic_alias);
    // [MQTT-3.3.2-7]
    if (topic.empty()) {
        break_off(ReasonCode::ProtocolError, "a topic alias that was never set", turn);
        return false;
    }
    return true;
}

bool MqttServer::check_properties(const mqtt::Publish& packet, Turn& turn) {
    // [MQTT-3.3.2-14]
    if (packet.has_response_topic && !is_response_topic_valid(packet.properties)) {
        break_off(ReasonCode::ProtocolError, "response topic not valid", turn);
        return false;
    }
    if (count_user_properties(packet.properties) > policy_.user_properties_max) {
        return refuse_publish(packet, ReasonCode::QuotaExceeded, "too many user properties", turn);
    }
    if (packet.payload_format == kTextPayload && !is_utf8_payload(packet.payload)) {
        return refuse_publish(packet, ReasonCode::PayloadFormatInvalid, "payload is not UTF-8",
                              turn);
    }
    return true;
}

void MqttServer::pass_on(const mqtt::Publish& packet, std::string_view topic, Turn& turn) {
    ByteBuffer forwarded;
    port::MessageFields fields{.topic = topic,
                               .topic_hash = last_topic_.hash(),
                               .payload = packet.payload,
                               .qos = packet.qos,
                               .retain = packet.retain,
                               .publisher = client_.session};
    // [MQTT-3.3.2-4] of 5.0, [MQTT-3.3.2-15] of 5.0, [MQTT-3.3.2-16] of 5.0
    // [MQTT-3.3.2-17] of 5.0, [MQTT-3.3.2-18] of 5.0, [MQTT-3.3.2-20] of 5.0
    if (!packet.properties.empty()) {
        fields.properties = forwarded_of(packet.properties, forwarded);
        if (!policy_.mount.is_root()) fields.properties = inward(fields.properties);
    }
    if (packet.message_expiry) {
        fields.expires_at = turn.now.steady + std::chrono::seconds{*packet.message_expiry};
    }
    turn.requests.emplace_back(
        port::Publish{.client = client_,
                      .id = port::PacketId{packet.packet_id},
                      .message = port::Message::make(fields, policy_.sharing)});
    if (packet.qos == Qos::AtMostOnce) return;
    ++unsettled_;
    ++unsettled_publishes_;
    if (version_ == Version::V5) ++publishes_in_flight_;
}

// To the topic of the last message.
bool MqttServer::may_publish(std::string_view topic, const port::Authorizer& authorizer) {
    const std::uint32_t generation = authorizer.generation();
    if (decided_by_ == generation) return may_publish_;
    decided_by_ = generation;
    // Most publish to one topic and need nothing else.
    if (!changes_topics_ || topic.size() > LastTopic::kBytesMax) {
        may_publish_ = authorizer.may_publish(principal(), topic);
        return may_publish_;
    }
    std::unique_ptr<TopicRights>& rights = extras().rights;
    if (!rights) rights = std::make_unique<TopicRights>();
    if (const auto known = rights->find(generation, last_topic_.hash(), topic)) {
        may_publish_ = *known;
    } else {
        may_publish_ = authorizer.may_publish(principal(), topic);
        rights->keep(generation, last_topic_.hash(), topic, may_publish_);
    }
    return may_publish_;
}

// Acknowledged, or the client would send it again and again.
void MqttServer::deny_publish(const mqtt::Publish& packet, std::string_view topic, Turn& turn) {
    traffic_.publishes_dropped.add();
    note_denial("publish to", topic);
    if (packet.qos == Qos::AtMostOnce) return;
    acknowledge(packet, ReasonCode::NotAuthorized, turn);  // [MQTT-3.3.5-2] of 3.1.1
}

// What is wrong with it is told where there is a packet to tell it with; else it ends the
// connection. Always false.
bool MqttServer::refuse_publish(const mqtt::Publish& packet, ReasonCode reason,
                                std::string_view detail, Turn& turn) {
    traffic_.publishes_dropped.add();
    if (version_ == Version::V5 && packet.qos != Qos::AtMostOnce) {
        acknowledge(packet, reason, turn);
    } else {
        break_off(reason, detail, turn);
    }
    return false;
}

}  // namespace kleber::connection
