#include "gateway/connection/mqtt_server.hpp"

#include <algorithm>
#include <utility>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

MqttServer::MqttServer(const MqttPolicy& policy, port::Token token, Peer peer,
                       port::Traffic& traffic, SteadyTime now)
    : policy_(policy),
      traffic_(traffic),
      token_(token),
      last_activity_(now),
      is_local_(peer.is_local),
      is_user_known_(!peer.user.empty()),
      address_bytes_(static_cast<std::uint32_t>(peer.address.size())),
      certificate_bytes_(static_cast<std::uint32_t>(peer.certificate_name.size())),
      names_(std::move(peer.address.append(peer.certificate_name).append(peer.user))) {}

std::size_t MqttServer::receive(Bytes bytes, Turn& turn) {
    std::size_t consumed = 0;
    wanted_bytes_ = 0;
    while (consumed < bytes.size() &&
           (state_ == State::Attached || state_ == State::AwaitingConnect)) {
        const Bytes rest = bytes.subspan(consumed);
        const bool is_first = state_ == State::AwaitingConnect;
        // Before the rest of it has come. [MQTT-3.1.0-1]
        if (is_first && Frame{.first = rest[0], .body = {}}.type() != mqtt::PacketType::Connect) {
            finish(EndedBy::Server, ReasonCode::ProtocolError, "the first packet is no CONNECT");
            break;
        }
        const mqtt::FramingResult framed = mqtt::next_frame(
            rest, is_first ? policy_.connect_packet_bytes_max : policy_.packet_bytes_max);
        if (framed.outcome == mqtt::Framing::Incomplete) {
            wanted_bytes_ = static_cast<std::uint32_t>(framed.size_bytes);
            break;
        }
        if (framed.outcome == mqtt::Framing::Refused) {
            break_off(framed.reason, "refused by its length", turn);
            break;
        }
        consumed += framed.size_bytes;
        traffic_.packets_received.add();
        if (is_first) {
            handle_connect(framed.frame, turn);
        } else {
            handle(framed.frame, turn);
            if (is_paced_ && keep_pace(framed, turn.now.steady)) break;
        }
    }
    // A part of a packet does not count, or a client could send a byte now and then for ever.
    if (consumed > 0 && state_ == State::Attached) last_activity_ = turn.now.steady;
    return has_ended() ? bytes.size() : consumed;
}

void MqttServer::handle(const Frame& frame, Turn& turn) {
    using enum mqtt::PacketType;
    switch (frame.type()) {
        case Publish:
            return handle_publish(frame, turn);
        case Puback:
        case Pubrec:
        case Pubrel:
        case Pubcomp:
            return handle_ack(frame, turn);
        case Subscribe:
            return handle_subscribe(frame, turn);
        case Unsubscribe:
            return handle_unsubscribe(frame, turn);
        case Pingreq: {
            const Status<ReasonCode> ping = mqtt::decode_ping(frame);
            if (!ping) return break_off(ping.error(), "malformed PINGREQ", turn);
            mqtt::encode_pingresp(turn.out.bytes());  // [MQTT-3.12.4-1]
            traffic_.packets_sent.add();
            return;
        }
        case Disconnect:
            return handle_disconnect(frame, turn);
        case Connect:  // [MQTT-3.1.0-2]
            return break_off(ReasonCode::ProtocolError, "a second CONNECT", turn);
        case Auth:
            return handle_auth(frame, turn);
        case Connack:
        case Suback:
        case Unsuback:
        case Pingresp:
            return break_off(ReasonCode::ProtocolError, "a packet that only a server may send",
                             turn);
    }
    break_off(ReasonCode::MalformedPacket, "a packet of a reserved type", turn);
}

void MqttServer::take(port::Reply&& reply, Turn& turn) {
    if (state_ != State::Attached) {
        take_early(std::move(reply), turn);
    } else if (const auto* delivery = std::get_if<port::Deliver>(&reply.body)) {
        deliver(*delivery, turn);
    } else if (const auto* settled = std::get_if<port::Settled>(&reply.body)) {
        settle(*settled, turn);
    } else if (const auto* release = std::get_if<port::ReleaseDelivery>(&reply.body)) {
        send_ack(mqtt::PacketType::Pubrel, release->id.value, ReasonCode::Success, turn);
    } else if (auto* subscribed = std::get_if<port::Subscribed>(&reply.body)) {
        answer(std::move(*subscribed), turn);
    } else if (auto* unsubscribed = std::get_if<port::Unsubscribed>(&reply.body)) {
        answer(std::move(*unsubscribed), turn);
    } else if (const auto* closing = std::get_if<port::Close>(&reply.body)) {
        close(closing->reason, turn);
    }
}

void MqttServer::take_early(port::Reply&& reply, Turn& turn) {
    auto* attached = std::get_if<port::Attached>(&reply.body);
    const auto* closing = std::get_if<port::Close>(&reply.body);
    if (state_ == State::Attaching && attached != nullptr) {
        accept(std::move(*attached), turn);
    } else if (state_ == State::Attaching && closing != nullptr) {
        refuse_connect(version_, closing->reason, name_of(closing->reason), turn);
    } else if (state_ == State::Abandoned && attached != nullptr) {
        client_ = attached->client;
        detach(end_->reason,
               end_->by == EndedBy::Link ? port::WillFate::Publish : port::WillFate::Discard, turn);
        state_ = State::Ended;
    } else if (state_ == State::Abandoned && closing != nullptr) {
        state_ = State::Ended;
    }
}

void MqttServer::drained(Turn& turn) {
    if (state_ != State::Attached || bytes_sent_ < policy_.send_window.bytes / 4) return;
    turn.requests.push_back(
        port::Credit{.client = client_, .credit = {.slots = 0, .bytes = bytes_sent_}});
    bytes_sent_ = 0;
}

bool MqttServer::keep_pace(const mqtt::FramingResult& framed, SteadyTime now) {
    if (state_ != State::Attached) return false;
    const bool is_message = framed.frame.type() == mqtt::PacketType::Publish;
    pause(take_from_rates(is_message, framed.size_bytes, now), now);
    return is_paused_;
}

Duration MqttServer::take_from_rates(bool is_message, std::size_t bytes, SteadyTime now) {
    const Duration wait = extras_->pacing->own.take(is_message, bytes, now);
    if (!policy_.listener_rate) return wait;
    return std::max(wait, policy_.listener_rate->take(is_message, bytes, now));
}

void MqttServer::pause(Duration wait, SteadyTime now) {
    is_paused_ = wait > Duration::zero();
    if (!is_paused_) return;
    extras_->pacing->paused_until = now + wait;
    extras_->pacing->was_paused = true;
}

bool MqttServer::take_first_pause() {
    if (!is_paced_ || !extras_->pacing->was_paused) return false;
    return !std::exchange(extras_->pacing->was_told, true);
}

std::optional<SteadyTime> MqttServer::deadline() const {
    if (is_connecting()) {
        const SteadyTime latest = last_activity_ + policy_.connect_timeout;
        const bool is_refused = state_ == State::Verifying && applicant_->refusal;
        return is_refused ? std::min(applicant_->refused_at, latest) : latest;
    }
    if (state_ == State::Attached && is_paused_) return extras_->pacing->paused_until;
    if (state_ != State::Attached || keep_alive_seconds_ == 0) return std::nullopt;
    return last_activity_ + std::chrono::milliseconds{1500} * keep_alive_seconds_;
}

void MqttServer::on_deadline(Turn& turn) {
    const std::optional<SteadyTime> at = deadline();
    if (!at || turn.now.steady < *at) return;
    if (state_ == State::AwaitingConnect) {
        finish(EndedBy::Server, ReasonCode::MaximumConnectTime, "no CONNECT in time");
        return;
    }
    if (state_ == State::Verifying) {
        if (applicant_->refusal) return refuse(std::move(*applicant_->refusal), turn);
        refuse_connect(version_, ReasonCode::ServerBusy, "too many logins at present", turn);
        return;
    }
    // A client that is not read cannot show that it is alive.
    last_activity_ = turn.now.steady;
    // What others of the listener have sent meanwhile may make it wait again.
    if (is_paused_) return pause(take_from_rates(false, 0, turn.now.steady), turn.now.steady);
    // [MQTT-3.1.2-24] of 3.1.1, [MQTT-3.1.2-22] of 5.0
    if (is_reading()) {
        break_off(ReasonCode::KeepAliveTimeout, "nothing heard for 1.5 times its keep alive", turn);
    }
}

std::string_view MqttServer::protocol() const {
    switch (version_) {
        case Version::V31:
            return "MQTT 3.1";
        case Version::V311:
            return "MQTT 3.1.1";
        case Version::V5:
            return "MQTT 5.0";
    }
    return {};
}

}  // namespace kleber::connection
