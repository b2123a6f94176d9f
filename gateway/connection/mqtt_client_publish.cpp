#include <algorithm>
#include <utility>

#include "gateway/base/utf8.hpp"
#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_client.hpp"
#include "gateway/topic/name.hpp"

// Messages on their way out: the queue, the window, and what the server says of them.
namespace kleber::connection {

namespace {

// What is left of a message's life, for the wire; a message on its way has some.
std::optional<std::uint32_t> remaining_seconds(const port::Message& message, SteadyTime now) {
    if (message.expires_at() == port::kNever) return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::seconds>(message.expires_at() - now).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 1, 0xFFFF'FFFF));
}

codec::mqtt::PublishHeader header_of(const port::Message& message, SteadyTime now) {
    return {.topic = message.topic(),
            .properties = message.properties(),
            .payload_size = message.payload().size(),
            .message_expiry = remaining_seconds(message, now),
            .qos = message.qos(),
            .retain = message.is_retained()};
}

bool is_publishable(std::string_view topic) {
    if (!topic::is_valid_name(topic)) return false;  // [MQTT-3.3.2-2]
    if (!is_mqtt_utf8(topic)) return false;          // [MQTT-3.3.2-1]
    return true;
}

// What an alias may add to a packet: the property, and another byte in each of two lengths.
constexpr std::size_t kAliasBytesMax = 5;

}  // namespace

Status<ReasonCode> MqttClient::publish(port::MessageRef message, Ticket ticket, Turn& turn) {
    if (!is_publishable(message->topic())) return fail(ReasonCode::TopicNameInvalid);
    if (codec::mqtt::encoded_size(options_.version, header_of(*message, turn.now.steady)) >
        server_.packet_bytes_max) {
        return fail(ReasonCode::PacketTooLarge);
    }
    if (!queue_.has_room_for(message->weight_bytes())) return fail(ReasonCode::QuotaExceeded);
    queue_.push({.message = std::move(message), .ticket = ticket});
    pump(turn);
    return Success{};
}

Status<ReasonCode> MqttClient::publish(const port::MessageFields& fields, Ticket ticket,
                                       Turn& turn) {
    // A message cannot hold what does not fit its counters, so it is looked at before.
    if (!is_publishable(fields.topic)) return fail(ReasonCode::TopicNameInvalid);
    if (fields.payload.size() > kVarintMax || fields.properties.size() > kVarintMax) {
        return fail(ReasonCode::PacketTooLarge);
    }
    return publish(port::Message::make(fields, options_.sharing), ticket, turn);
}

void MqttClient::pump(Turn& turn) {
    while (is_connected() && turn.out.size_bytes() < options_.unwritten_bytes_max) {
        // What was under way on an earlier link goes before anything new.
        if (const PacketId id = flights_.next_resend(); id != 0) {
            if (!has_window()) break;  // [MQTT-3.3.4-7] of 5.0, [MQTT-4.9.0-2] of 5.0
            resend(id, turn);
        } else if (queue_.is_empty() || !publish_first(turn)) {
            break;
        }
    }
}

bool MqttClient::has_window() const {
    return flights_.open_count() < std::min(server_.receive_maximum, options_.in_flight_max);
}

// False if the message has to wait.
bool MqttClient::publish_first(Turn& turn) {
    const port::Message& message = *queue_.front().message;
    codec::mqtt::PublishHeader header = header_of(message, turn.now.steady);
    // [MQTT-3.2.2-11] [MQTT-3.2.2-14]
    header.qos = std::min(message.qos(), server_.maximum_qos);
    header.retain = message.is_retained() && server_.retain_available;
    if (const auto reason = why_not(header, message, turn.now.steady)) {
        turn.events.emplace_back(Discarded{queue_.take_front().ticket, *reason});
        return true;
    }
    if (header.qos != Qos::AtMostOnce) {
        if (!has_window()) return false;  // [MQTT-3.3.4-7] of 5.0, [MQTT-4.9.0-2] of 5.0
        header.packet_id = flights_.take_id();
        if (header.packet_id == 0) return false;
    }
    WaitingPublish first = queue_.take_front();
    write_publish(header, first.message, turn);
    if (header.qos == Qos::AtMostOnce) {
        turn.events.emplace_back(Published{.ticket = first.ticket});
    } else {
        flights_.add(header.packet_id, {.message = std::move(first.message),
                                        .ticket = first.ticket,
                                        .qos = header.qos,
                                        .retain = header.retain});
    }
    return true;
}

std::optional<DiscardReason> MqttClient::why_not(const codec::mqtt::PublishHeader& header,
                                                 const port::Message& message,
                                                 SteadyTime now) const {
    if (message.is_expired(now)) return DiscardReason::Expired;
    if (options_.beyond_server == BeyondServer::Discard) {
        if (header.qos != message.qos()) return DiscardReason::QosNotSupported;
        if (header.retain != message.is_retained()) return DiscardReason::RetainNotSupported;
    }
    // [MQTT-3.2.2-15]
    if (codec::mqtt::encoded_size(options_.version, header) > server_.packet_bytes_max) {
        return DiscardReason::TooLarge;
    }
    return std::nullopt;
}

// The same packet as before, with DUP.
void MqttClient::resend(PacketId id, Turn& turn) {
    const ClientFlight& flight = *flights_.find(id);
    codec::mqtt::PublishHeader header = header_of(*flight.message, turn.now.steady);
    header.qos = flight.qos;
    header.retain = flight.retain;
    header.packet_id = id;
    header.dup = true;  // [MQTT-3.3.1-1]
    // The server may have become one that cannot take it: then nothing will ever settle it.
    std::optional<DiscardReason> reason;
    if (flight.qos > server_.maximum_qos) {
        reason = DiscardReason::QosNotSupported;
    } else if (flight.retain && !server_.retain_available) {
        reason = DiscardReason::RetainNotSupported;
    } else if (codec::mqtt::encoded_size(options_.version, header) > server_.packet_bytes_max) {
        reason = DiscardReason::TooLarge;
    }
    if (reason) {
        turn.events.emplace_back(Discarded{flight.ticket, *reason});
        flights_.erase(id);
        return;
    }
    write_publish(header, flight.message, turn);
    flights_.resent(id);
}

// The header is one that fits; an alias is put to it where there is one.
void MqttClient::write_publish(codec::mqtt::PublishHeader& header, const port::MessageRef& message,
                               Turn& turn) {
    std::uint16_t alias_maximum = options_.outgoing_aliases_max;
    // [MQTT-3.2.2-17] of 5.0, [MQTT-3.2.2-18] of 5.0
    alias_maximum = std::min(alias_maximum, server_.topic_alias_maximum);
    if (alias_maximum > 0 && options_.version == Version::V5 &&
        codec::mqtt::encoded_size(options_.version, header) + kAliasBytesMax <=
            server_.packet_bytes_max) {
        const OutgoingAliases::Choice choice =
            aliases_out_.choose(header.topic, message->topic_hash(), alias_maximum);
        header.topic_alias = choice.alias;
        if (choice.alias != 0 && !choice.is_new) header.topic = {};
    }
    codec::mqtt::encode_publish_header(turn.out.bytes(), options_.version, header);
    turn.out.append_payload(message);
    last_sent_ = turn.now.steady;
}

void MqttClient::handle_ack(const Frame& frame, Turn& turn) {
    const auto decoded = codec::mqtt::decode_ack(frame, options_.version);
    if (!decoded) {
        break_off(decoded.error(), "acknowledgement", turn);
        return;
    }
    const auto& [type, id, reason, text, properties] = decoded.value();
    ClientFlight* flight = flights_.find(id);
    bool fits = !flights_.has_ask(id);
    if (flight) {
        const bool is_released = flight->stage == FlightStage::Released;
        if (type == PacketType::Puback) {
            fits = flight->qos == Qos::AtLeastOnce;
        } else {
            fits = flight->qos == Qos::ExactlyOnce && (type == PacketType::Pubrec || is_released);
        }
    }
    if (!fits) {
        break_off(ReasonCode::ProtocolError, "an acknowledgement of something else", turn);
    } else if (type == PacketType::Pubrec) {
        handle_recorded(id, flight, reason, turn);
    } else if (!flight) {
        ++unknown_acknowledgements_;
    } else {
        // That PUBCOMP does not find the identifier is the end of a resumed exchange.
        complete(id, type == PacketType::Puback ? reason : flight->reason, turn);
    }
}

void MqttClient::handle_recorded(PacketId id, ClientFlight* flight, ReasonCode reason, Turn& turn) {
    if (is_error(reason)) {
        // A refusal ends the exchange, if it is one of ours. [MQTT-4.3.3-4]
        if (flight) complete(id, reason, turn);
        return;
    }
    // A repeated PUBREC, or one from before the session was lost, has its PUBREL too.
    if (flight && flight->stage == FlightStage::Published) flights_.release(*flight, reason);
    write_ack(PacketType::Pubrel, id, ReasonCode::Success, turn);
}

void MqttClient::complete(PacketId id, ReasonCode reason, Turn& turn) {
    const ClientFlight& flight = *flights_.find(id);
    turn.events.emplace_back(
        Published{.ticket = flight.ticket, .qos = flight.qos, .reason = reason});
    flights_.erase(id);
}

}  // namespace kleber::connection
