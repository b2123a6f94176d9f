#include <utility>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

namespace {

port::SubscriptionOptions options_of(const mqtt::Subscription& subscription) {
    return {.qos = subscription.qos,
            .no_local = subscription.no_local,
            .retain_as_published = subscription.retain_as_published,
            .retain_handling = static_cast<port::RetainHandling>(subscription.retain_handling)};
}

Bytes bytes_of(const std::vector<ReasonCode>& codes) {
    return {reinterpret_cast<const std::uint8_t*>(codes.data()), codes.size()};
}

}  // namespace

void MqttServer::handle_subscribe(const Frame& frame, Turn& turn) {
    const auto decoded = mqtt::decode_subscribe(frame, version_);
    if (!decoded) return break_off(decoded.error(), "malformed SUBSCRIBE", turn);

    auto details = std::make_unique<port::Subscribe::Details>();
    details->subscription_id = decoded->subscription_id.value_or(0);
    details->filters.reserve(decoded->subscriptions.count());
    for (const mqtt::Subscription& subscription : decoded->subscriptions) {
        if (!check_filter(subscription.filter, turn)) return;
        port::Subscribe::Filter& filter = details->filters.emplace_back();
        filter.filter = policy_.mount.inward_filter(subscription.filter);
        filter.options = options_of(subscription);
        if (exceeds_limits(subscription.filter)) {
            filter.refusal = ReasonCode::TopicFilterInvalid;
        } else if (turn.authorizer != nullptr) {
            filter.refusal = refusal_of(filter.filter, details->filters.size(), turn);
        }
    }
    ++unsettled_;
    turn.requests.push_back(port::Subscribe{.client = client_,
                                            .id = port::PacketId{decoded->packet_id},
                                            .details = std::move(details)});
}

// Of the `number`th filter. A session cannot have more than so many: there is no need to ask about
// the hundreds of thousands that a packet has room for.
ReasonCode MqttServer::refusal_of(std::string_view filter, std::size_t number, Turn& turn) {
    if (number > policy_.subscriptions_max) return ReasonCode::QuotaExceeded;
    if (turn.authorizer->may_subscribe(principal(), filter)) return ReasonCode::Success;
    note_denial("subscribe to", filter);
    return ReasonCode::NotAuthorized;
}

void MqttServer::handle_unsubscribe(const Frame& frame, Turn& turn) {
    const auto decoded = mqtt::decode_unsubscribe(frame, version_);
    if (!decoded) return break_off(decoded.error(), "malformed UNSUBSCRIBE", turn);

    auto filters = std::make_unique<std::vector<std::string>>();
    filters->reserve(decoded->filters.count());
    for (const std::string_view filter : decoded->filters) {
        if (!check_filter(filter, turn)) return;
        filters->push_back(policy_.mount.inward_filter(filter));
    }
    ++unsettled_;
    turn.requests.push_back(port::Unsubscribe{.client = client_,
                                              .id = port::PacketId{decoded->packet_id},
                                              .filters = std::move(filters)});
}

// Says what is wrong and ends the connection if it is no filter at all.
bool MqttServer::check_filter(std::string_view filter, Turn& turn) {
    // [MQTT-4.7.1-1] of 5.0, [MQTT-4.7.1-2], [MQTT-4.7.1-3] of 3.1.1, [MQTT-4.7.3-1]
    if (!topic::is_valid_filter(filter)) {
        break_off(ReasonCode::TopicFilterInvalid, "topic filter not valid", turn);
        return false;
    }
    // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    if (topic::parse_shared(filter).sharing == topic::Sharing::Malformed) {
        break_off(ReasonCode::TopicFilterInvalid, "shared subscription not valid", turn);
        return false;
    }
    return true;
}

bool MqttServer::has_too_many_levels(std::string_view path) const {
    return topic::level_count(path) > policy_.topic_levels_max;
}

void MqttServer::answer(port::Subscribed&& subscribed, Turn& turn) {
    if (unsettled_ > 0) --unsettled_;
    std::vector<ReasonCode>& codes = *subscribed.codes;
    if (version_ == Version::V31) {
        // It knows no failure: its specification wants a positive answer to what is refused, too.
        for (ReasonCode& code : codes) {
            if (is_error(code)) code = ReasonCode::Success;
        }
    }
    const mqtt::Suback packet{.packet_id = subscribed.id.value, .reason_codes = bytes_of(codes)};
    if (!mqtt::encode(turn.out.bytes(), version_, packet, client_packet_bytes_max_)) {
        break_off(ReasonCode::PacketTooLarge, "SUBACK does not fit its maximum packet size", turn);
        return;
    }
    traffic_.packets_sent.add();
}

void MqttServer::answer(port::Unsubscribed&& unsubscribed, Turn& turn) {
    if (unsettled_ > 0) --unsettled_;
    const mqtt::Unsuback packet{.packet_id = unsubscribed.id.value,
                                .reason_codes = bytes_of(*unsubscribed.codes)};
    if (!mqtt::encode(turn.out.bytes(), version_, packet, client_packet_bytes_max_)) {
        break_off(ReasonCode::PacketTooLarge, "UNSUBACK does not fit its maximum packet size",
                  turn);
        return;
    }
    traffic_.packets_sent.add();
}

}  // namespace kleber::connection
