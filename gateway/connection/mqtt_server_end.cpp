#include <algorithm>

#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/message_fields.hpp"
#include "gateway/connection/mqtt_server.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

void MqttServer::handle_disconnect(const Frame& frame, Turn& turn) {
    const auto decoded = mqtt::decode_disconnect(frame, version_, mqtt::Sender::Client);
    if (!decoded) return break_off(decoded.error(), "malformed DISCONNECT", turn);
    const mqtt::Disconnect& packet = *decoded;
    if (packet.session_expiry.value_or(0) != 0 && !has_session_expiry_) {
        return break_off(ReasonCode::ProtocolError, "a session expiry where CONNECT had none",
                         turn);
    }
    port::Detach request{.client = client_, .reason = packet.reason};
    // [MQTT-3.14.4-3]
    if (packet.reason == ReasonCode::Success) request.will = port::WillFate::Discard;
    if (packet.session_expiry) {
        request.session_expiry =
            std::min(session_expiry_of(*packet.session_expiry), policy_.session_expiry_max);
    }
    turn.requests.emplace_back(request);
    finish(EndedBy::Client, packet.reason, packet.reason_string);
}

// No authentication method was agreed on, so there is nothing to exchange.
void MqttServer::handle_auth(const Frame& frame, Turn& turn) {
    if (version_ != Version::V5) {
        return break_off(ReasonCode::MalformedPacket, "a packet of a reserved type", turn);
    }
    const auto decoded = mqtt::decode_auth(frame, mqtt::Sender::Client);
    // [MQTT-4.12.0-7]
    break_off(decoded ? ReasonCode::ProtocolError : decoded.error(),
              "AUTH without an authentication method", turn);
}

void MqttServer::link_lost(ReasonCode why, Turn& turn) {
    if (state_ == State::Attaching) {
        finish(EndedBy::Link, why, {});
        state_ = State::Abandoned;
        return;
    }
    if (state_ == State::Attached) detach(why, port::WillFate::Publish, turn);
    if (state_ == State::Attached || is_connecting()) finish(EndedBy::Link, why, {});
}

void MqttServer::stop(ReasonCode reason, Turn& turn) {
    if (state_ == State::Attaching) {
        refuse_connect(version_, reason, name_of(reason), turn);
        state_ = State::Abandoned;
        return;
    }
    if (state_ == State::Verifying) {
        refuse_connect(version_, reason, name_of(reason), turn);
        return;
    }
    if (state_ == State::Attached || state_ == State::AwaitingConnect) {
        break_off(reason, name_of(reason), turn);
    }
}

const MqttServer::End& MqttServer::end() const {
    KLEBER_ASSERT(end_ != nullptr);
    return *end_;
}

// Ours: what the client did or did not do, or the gateway's stop.
void MqttServer::break_off(ReasonCode reason, std::string_view detail, Turn& turn) {
    // Before CONNACK there is no DISCONNECT.
    const bool is_before_connack = state_ != State::Attached;  // [MQTT-3.14.0-1] of 5.0
    if (!is_before_connack) {
        say_goodbye(reason, detail, turn);
        detach(reason, port::WillFate::Publish, turn);
    }
    finish(EndedBy::Server, reason, detail);
}

// The broker's: it knows already.
void MqttServer::close(ReasonCode reason, Turn& turn) {
    say_goodbye(reason, name_of(reason), turn);
    finish(EndedBy::Server, reason, name_of(reason));
}

void MqttServer::say_goodbye(ReasonCode reason, std::string_view detail, Turn& turn) {
    if (version_ != Version::V5) return;
    const mqtt::Disconnect packet{.reason = reason, .reason_string = detail};
    // Where even this is too large for the client, it is left to guess.
    if (mqtt::encode(turn.out.bytes(), version_, packet, client_packet_bytes_max_)) {
        traffic_.packets_sent.add();
    }
}

void MqttServer::detach(ReasonCode reason, port::WillFate will, Turn& turn) {
    turn.requests.emplace_back(port::Detach{.client = client_, .reason = reason, .will = will});
}

void MqttServer::finish(EndedBy by, ReasonCode reason, std::string_view detail) {
    state_ = State::Ended;
    end_ = std::make_unique<End>(End{.reason = reason, .by = by, .detail = std::string{detail}});
    if (!has_denials()) extras_.reset();
    applicant_.reset();
}

}  // namespace kleber::connection
