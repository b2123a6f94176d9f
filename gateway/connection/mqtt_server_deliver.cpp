#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_server.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

namespace {

// No PUBLISH is larger than its message's weight by more than this and its subscription ids.
constexpr std::size_t kHeaderMax = 32;
constexpr std::size_t kSubscriptionIdMax = 5;

// Rounded up: what has a little time left is not told to have none.
std::uint32_t seconds_left(SteadyTime expires_at, SteadyTime now) {
    if (expires_at <= now) return 0;
    return static_cast<std::uint32_t>(
        std::chrono::ceil<std::chrono::seconds>(expires_at - now).count());
}

}  // namespace

void MqttServer::deliver(const port::Deliver& delivery, Turn& turn) {
    const port::Message& message = *delivery.message;
    Wording wording{message.topic(), message.properties()};
    if (!policy_.mount.is_root()) [[unlikely]] {
        wording = outward(message);
        // Out of its reach, though a session from another listener, or "prefix/#", may match it.
        if (wording.topic.empty()) return discard(delivery, ReasonCode::Success, turn);
    }
    // What was sent before is sent again, however late: the client may have seen it, and its packet
    // id must not come to mean something else.
    // [MQTT-3.3.2-5]
    if (message.is_expired(turn.now.steady) && !delivery.is_repeated) {
        return discard(delivery, ReasonCode::Success, turn);
    }
    mqtt::PublishHeader header{.topic = wording.topic,
                               .payload_size = message.payload().size(),
                               .packet_id = delivery.id.value,
                               .qos = delivery.qos,
                               .retain = delivery.retain,
                               .dup = delivery.is_repeated};
    OutgoingAliases::Choice choice;
    if (version_ == Version::V5) {
        header.properties = wording.properties;
        header.subscription_ids = delivery.subscription_ids.view();
        if (message.expires_at() != port::kNever) {
            header.message_expiry = seconds_left(message.expires_at(), turn.now.steady);
        }
        const bool takes_no_alias = alias_out_maximum_ == 0;  // [MQTT-3.1.2-27] of 5.0
        if (!takes_no_alias) {
            choice = extras().aliases_out.choose(wording.topic, message.topic_hash(),
                                                 alias_out_maximum_);
            header.topic_alias = choice.alias;
            if (choice.alias != 0 && !choice.is_new) header.topic = {};
        }
    }
    const std::size_t size_max =
        message.weight_bytes() + kHeaderMax + header.subscription_ids.size() * kSubscriptionIdMax;
    if (size_max > client_packet_bytes_max_ &&
        mqtt::encoded_size(version_, header) > client_packet_bytes_max_) [[unlikely]] {
        if (choice.is_new) {
            extras_->aliases_out.forget(choice.alias);
            header.topic_alias = 0;
        }
        // [MQTT-3.1.2-24] of 5.0, [MQTT-3.1.2-25] of 5.0
        if (mqtt::encoded_size(version_, header) > client_packet_bytes_max_) {
            return discard(delivery, ReasonCode::PacketTooLarge, turn);
        }
    }
    mqtt::encode_publish_header(turn.out.bytes(), version_, header);
    turn.out.append_payload(delivery.message);
    bytes_sent_ += message.weight_bytes();
    traffic_.packets_sent.add();
    traffic_.publishes_sent.add();
    traffic_.publish_bytes_sent.add(header.payload_size);
}

// The broker gets back what it spent, since nothing will be written that could give it back later.
void MqttServer::discard(const port::Deliver& delivery, ReasonCode reason, Turn& turn) {
    turn.requests.emplace_back(port::Credit{
        .client = client_, .credit = {.slots = 0, .bytes = delivery.message->weight_bytes()}});
    if (delivery.qos == Qos::AtMostOnce) {
        traffic_.publishes_dropped.add();
        return;
    }
    turn.requests.emplace_back(port::Acknowledge{.client = client_,
                                                 .id = delivery.id,
                                                 .kind = port::AcknowledgeKind::Discarded,
                                                 .reason = reason});
}

}  // namespace kleber::connection
