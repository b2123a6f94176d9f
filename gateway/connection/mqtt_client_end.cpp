#include <utility>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/reason_sets.hpp"
#include "gateway/connection/mqtt_client.hpp"

// How a connection ends: by the server, by us, by the link.
namespace kleber::connection {

namespace {

// Not every code may be said by a client.
ReasonCode sayable(ReasonCode reason, ReasonCode otherwise) {
    // [MQTT-3.14.2-1]
    if (!codec::mqtt::is_disconnect_reason(codec::mqtt::Sender::Client, reason)) return otherwise;
    return reason;
}

}  // namespace

void MqttClient::disconnect(ReasonCode reason, Turn& turn) {
    if (has_ended()) return;
    // Before MQTT 5 a DISCONNECT is always a normal one, which discards the will. Before CONNACK
    // it is allowed too: the server takes packets in order.
    if (options_.version == Version::V5 || reason == ReasonCode::Success) {
        (void)codec::mqtt::encode(
            turn.out.bytes(), options_.version,
            codec::mqtt::Disconnect{.reason = sayable(reason, ReasonCode::UnspecifiedError)},
            server_.packet_bytes_max);
    }
    finish({.reason = reason, .by = EndedBy::Client}, turn);
}

void MqttClient::handle_disconnect(const Frame& frame, Turn& turn) {
    const auto decoded =
        codec::mqtt::decode_disconnect(frame, options_.version, codec::mqtt::Sender::Server);
    if (!decoded) {
        break_off(decoded.error(), "DISCONNECT", turn);
        return;
    }
    const codec::mqtt::Disconnect& packet = decoded.value();
    finish({.reason = packet.reason,
            .by = EndedBy::Server,
            .detail = std::string{packet.reason_string},
            .server_reference = std::string{packet.server_reference}},
           turn);
}

void MqttClient::link_lost(Turn& turn) {
    if (has_ended()) return;
    finish({.reason = ReasonCode::UnspecifiedError, .by = EndedBy::Link}, turn);
}

// The server broke the protocol: MQTT 5 lets us say how.
void MqttClient::break_off(ReasonCode reason, std::string_view detail, Turn& turn) {
    if (options_.version == Version::V5) {  // [MQTT-4.13.1-1] of 5.0
        (void)codec::mqtt::encode(
            turn.out.bytes(), options_.version,
            codec::mqtt::Disconnect{.reason = sayable(reason, ReasonCode::ProtocolError)},
            server_.packet_bytes_max);
    }
    finish({.reason = reason, .by = EndedBy::Client, .detail = std::string{detail}}, turn);
}

void MqttClient::finish(Ended ended, Turn& turn) {
    state_ = State::Ended;
    wanted_bytes_ = 0;
    receipts_.link_ended();
    for (const ClientAsk& ask : flights_.link_ended()) {
        turn.events.emplace_back(Discarded{ask.ticket, DiscardReason::LinkLost});
    }
    turn.events.emplace_back(std::move(ended));
}

}  // namespace kleber::connection
