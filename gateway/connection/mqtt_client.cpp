#include "gateway/connection/mqtt_client.hpp"

#include <algorithm>
#include <utility>

#include "gateway/codec/mqtt/decode.hpp"

namespace kleber::connection {

MqttClient::MqttClient(ClientOptions options)
    : options_(std::move(options)), queue_(options_.queue_messages_max, options_.queue_bytes_max) {
    KLEBER_ASSERT(options_.in_flight_max > 0 && options_.receive_maximum > 0);
}

std::size_t MqttClient::receive(Bytes bytes, Turn& turn) {
    wanted_bytes_ = 0;
    if (!bytes.empty()) last_received_ = turn.now.steady;
    std::size_t taken = 0;
    while (!has_ended() && taken < bytes.size()) {
        const codec::mqtt::FramingResult next =
            codec::mqtt::next_frame(bytes.subspan(taken), options_.packet_bytes_max);
        if (next.outcome == codec::mqtt::Framing::Incomplete) {
            wanted_bytes_ = next.size_bytes;
            break;
        }
        if (next.outcome == codec::mqtt::Framing::Refused) {
            break_off(next.reason, "no packet, or larger than allowed", turn);
            break;
        }
        taken += next.size_bytes;
        handle(next.frame, turn);
    }
    if (has_ended()) return bytes.size();
    pump(turn);
    return taken;
}

void MqttClient::handle(const Frame& frame, Turn& turn) {
    const PacketType type = frame.type();
    if (state_ == State::Connecting) {
        // [MQTT-3.2.0-1] [MQTT-3.14.0-1]
        if (type != PacketType::Connack) {
            break_off(ReasonCode::ProtocolError, "the first packet is no CONNACK", turn);
            return;
        }
        handle_connack(frame, turn);
        return;
    }
    switch (type) {
        case PacketType::Publish:
            handle_publish(frame, turn);
            break;
        case PacketType::Puback:
        case PacketType::Pubrec:
        case PacketType::Pubcomp:
            handle_ack(frame, turn);
            break;
        case PacketType::Pubrel:
            handle_release(frame, turn);
            break;
        case PacketType::Suback:
            handle_suback(frame, turn);
            break;
        case PacketType::Unsuback:
            handle_unsuback(frame, turn);
            break;
        case PacketType::Pingresp:
            handle_pong(frame, turn);
            break;
        case PacketType::Disconnect:
            handle_disconnect(frame, turn);
            break;
        case PacketType::Connack:
            // [MQTT-3.2.0-2]
            break_off(ReasonCode::ProtocolError, "a second CONNACK", turn);
            break;
        default:
            // AUTH too: we name no authentication method. [MQTT-4.12.0-6]
            break_off(ReasonCode::ProtocolError, "a packet that no server sends", turn);
            break;
    }
}

void MqttClient::drained(Turn& turn) {
    pump(turn);
}

void MqttClient::ping(Turn& turn) {
    if (!is_connected()) return;
    codec::mqtt::encode_pingreq(turn.out.bytes());
    if (pings_open_++ == 0) first_ping_ = turn.now.steady;
    last_sent_ = turn.now.steady;
}

void MqttClient::handle_pong(const Frame& frame, Turn& turn) {
    const auto valid = codec::mqtt::decode_ping(frame);
    if (!valid) {
        break_off(valid.error(), "PINGRESP", turn);
        return;
    }
    if (pings_open_ == 0) {
        break_off(ReasonCode::ProtocolError, "PINGRESP without PINGREQ", turn);
        return;
    }
    --pings_open_;
    first_ping_ = turn.now.steady;
}

SteadyTime MqttClient::ping_due() const {
    // A link on which we alone speak may be dead without our knowing.
    const SteadyTime since = pings_open_ > 0 ? last_sent_ : std::min(last_sent_, last_received_);
    return since + std::chrono::seconds{server_.keep_alive_seconds};
}

SteadyTime MqttClient::pong_due() const {
    return std::max(first_ping_, last_received_) + options_.ping_timeout;
}

std::optional<SteadyTime> MqttClient::deadline() const {
    if (state_ == State::Ended) return std::nullopt;
    if (state_ == State::Connecting) return last_sent_ + options_.connect_timeout;
    std::optional<SteadyTime> next;
    // [MQTT-3.1.2-23] of 3.1.1, [MQTT-3.1.2-20] of 5.0
    if (server_.keep_alive_seconds > 0) next = ping_due();
    if (pings_open_ > 0) next = next ? std::min(*next, pong_due()) : pong_due();
    return next;
}

void MqttClient::on_deadline(Turn& turn) {
    const std::optional<SteadyTime> due = deadline();
    if (!due || turn.now.steady < *due) return;
    // A server that says nothing is not told why: nobody is there to read it.
    if (state_ == State::Connecting) {
        finish({.reason = ReasonCode::ServerUnavailable,
                .by = EndedBy::Client,
                .detail = "no CONNACK in time"},
               turn);
    } else if (pings_open_ > 0 && pong_due() <= turn.now.steady) {
        finish({.reason = ReasonCode::KeepAliveTimeout,
                .by = EndedBy::Client,
                .detail = "no PINGRESP in time"},
               turn);
    } else {
        ping(turn);
    }
}

}  // namespace kleber::connection
