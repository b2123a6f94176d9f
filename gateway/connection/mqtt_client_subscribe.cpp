#include "gateway/base/utf8.hpp"
#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_client.hpp"
#include "gateway/topic/name.hpp"

// SUBSCRIBE and UNSUBSCRIBE and their answers.
namespace kleber::connection {

namespace {

bool is_subscribable(std::string_view filter) {
    if (!is_mqtt_utf8(filter)) return false;
    if (filter.size() > topic::kPathBytesMax) return false;
    switch (topic::parse_shared(filter).sharing) {
        case topic::Sharing::NotShared:
            return topic::is_valid_filter(filter);
        case topic::Sharing::Shared:
            return true;
        case topic::Sharing::Malformed:
            break;
    }
    return false;
}

std::vector<ReasonCode> codes_of(Bytes bytes) {
    std::vector<ReasonCode> codes;
    codes.reserve(bytes.size());
    for (const std::uint8_t byte : bytes) codes.push_back(static_cast<ReasonCode>(byte));
    return codes;
}

}  // namespace

Status<ReasonCode> MqttClient::check_filter(std::string_view filter) const {
    if (!is_subscribable(filter)) return fail(ReasonCode::TopicFilterInvalid);
    if (!server_.wildcard_subscription_available &&
        filter.find_first_of("+#") != std::string_view::npos) {
        return fail(ReasonCode::WildcardSubscriptionsNotSupported);
    }
    if (!server_.shared_subscription_available &&
        topic::parse_shared(filter).sharing == topic::Sharing::Shared) {
        return fail(ReasonCode::SharedSubscriptionsNotSupported);
    }
    return Success{};
}

Status<ReasonCode> MqttClient::subscribe(std::span<const codec::mqtt::Subscription> subscriptions,
                                         std::optional<std::uint32_t> subscription_id,
                                         Ticket ticket, Turn& turn) {
    if (!is_connected()) return fail(ReasonCode::ServerUnavailable);
    // [MQTT-3.8.3-3] of 3.1.1, [MQTT-3.8.3-2] of 5.0
    if (subscriptions.empty()) return fail(ReasonCode::TopicFilterInvalid);
    if (subscription_id) {
        if (!server_.subscription_ids_available) {
            return fail(ReasonCode::SubscriptionIdentifiersNotSupported);
        }
        if (*subscription_id == 0 || *subscription_id > kVarintMax) {
            return fail(ReasonCode::ProtocolError);
        }
    }
    if (flights_.ask_count() >= kAsksMax) return fail(ReasonCode::QuotaExceeded);

    ByteBuffer list;
    for (const codec::mqtt::Subscription& subscription : subscriptions) {
        const auto valid = check_filter(subscription.filter);
        if (!valid) return valid;
        // [MQTT-3.8.3-4] of 5.0
        if (subscription.no_local &&
            topic::parse_shared(subscription.filter).sharing == topic::Sharing::Shared) {
            return fail(ReasonCode::ProtocolError);
        }
        if (!codec::mqtt::append_subscription(list, subscription)) {
            return fail(ReasonCode::TopicFilterInvalid);
        }
    }
    const PacketId id = flights_.take_id();
    if (id == 0) return fail(ReasonCode::QuotaExceeded);
    const codec::mqtt::Subscribe packet{
        .packet_id = id,
        .subscription_id = subscription_id,
        .subscriptions = codec::mqtt::SubscriptionList{list.bytes()}};
    const auto encoded =
        codec::mqtt::encode(turn.out.bytes(), options_.version, packet, server_.packet_bytes_max);
    if (!encoded) return encoded;
    flights_.ask(
        id, {.kind = AskKind::Subscribe, .ticket = ticket, .filter_count = subscriptions.size()});
    last_sent_ = turn.now.steady;
    return Success{};
}

Status<ReasonCode> MqttClient::unsubscribe(std::span<const std::string_view> filters, Ticket ticket,
                                           Turn& turn) {
    if (!is_connected()) return fail(ReasonCode::ServerUnavailable);
    // [MQTT-3.10.3-2]
    if (filters.empty()) return fail(ReasonCode::TopicFilterInvalid);
    if (flights_.ask_count() >= kAsksMax) return fail(ReasonCode::QuotaExceeded);

    ByteBuffer list;
    for (const std::string_view filter : filters) {
        if (!is_subscribable(filter) || !codec::mqtt::append_filter(list, filter)) {
            return fail(ReasonCode::TopicFilterInvalid);
        }
    }
    const PacketId id = flights_.take_id();
    if (id == 0) return fail(ReasonCode::QuotaExceeded);
    const codec::mqtt::Unsubscribe packet{.packet_id = id,
                                          .filters = codec::mqtt::FilterList{list.bytes()}};
    const auto encoded =
        codec::mqtt::encode(turn.out.bytes(), options_.version, packet, server_.packet_bytes_max);
    if (!encoded) return encoded;
    flights_.ask(id,
                 {.kind = AskKind::Unsubscribe, .ticket = ticket, .filter_count = filters.size()});
    last_sent_ = turn.now.steady;
    return Success{};
}

void MqttClient::handle_suback(const Frame& frame, Turn& turn) {
    const auto packet = codec::mqtt::decode_suback(frame, options_.version);
    if (!packet) {
        break_off(packet.error(), "SUBACK", turn);
        return;
    }
    const std::optional<ClientAsk> ask =
        flights_.take_ask(packet.value().packet_id, AskKind::Subscribe);
    if (!ask) {
        break_off(ReasonCode::ProtocolError, "SUBACK without SUBSCRIBE", turn);
        return;
    }
    // [MQTT-3.8.4-5] of 3.1.1, [MQTT-3.8.4-6] of 5.0
    if (packet.value().reason_codes.size() != ask->filter_count) {
        turn.events.emplace_back(Discarded{ask->ticket, DiscardReason::LinkLost});
        break_off(ReasonCode::ProtocolError, "SUBACK with a wrong number of codes", turn);
        return;
    }
    turn.events.emplace_back(Subscribed{ask->ticket, codes_of(packet.value().reason_codes)});
}

void MqttClient::handle_unsuback(const Frame& frame, Turn& turn) {
    const auto packet = codec::mqtt::decode_unsuback(frame, options_.version);
    if (!packet) {
        break_off(packet.error(), "UNSUBACK", turn);
        return;
    }
    const std::optional<ClientAsk> ask =
        flights_.take_ask(packet.value().packet_id, AskKind::Unsubscribe);
    if (!ask) {
        break_off(ReasonCode::ProtocolError, "UNSUBACK without UNSUBSCRIBE", turn);
        return;
    }
    if (options_.version != Version::V5) {  // says no codes: it is done
        turn.events.emplace_back(Unsubscribed{
            ask->ticket, std::vector<ReasonCode>(ask->filter_count, ReasonCode::Success)});
        return;
    }
    // [MQTT-3.11.3-1]
    if (packet.value().reason_codes.size() != ask->filter_count) {
        turn.events.emplace_back(Discarded{ask->ticket, DiscardReason::LinkLost});
        break_off(ReasonCode::ProtocolError, "UNSUBACK with a wrong number of codes", turn);
        return;
    }
    turn.events.emplace_back(Unsubscribed{ask->ticket, codes_of(packet.value().reason_codes)});
}

}  // namespace kleber::connection
