// What a client hears.

#include <charconv>

#include "gateway/codec/mqtt/properties.hpp"
#include "tests/sim_store/client.hpp"

namespace kleber::sim_store {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

namespace {

std::uint32_t number_in(Bytes payload) {
    std::uint32_t number = 0;
    const std::string_view text = as_text(payload);
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::size_t Client::hear(std::size_t packets_max) {
    std::size_t count = 0;
    for (; link_ && count < packets_max; ++count) {
        std::vector<std::uint8_t> bytes = link_->receive_bytes();
        if (bytes.empty()) break;
        const auto packet = support::decode_server_packet(std::move(bytes), version_);
        if (!packet) {
            throw Difference{"what a client must refuse: " + support::describe(packet.error())};
        }
        log("hears " + support::describe(*packet).substr(0, 100));
        hear_one(*packet);
    }
    if (link_ && link_->was_closed_by_server()) {
        throw Difference{"the server closed the connection of client-" + std::to_string(number_) +
                         ": " + support::describe(link_->end().reason)};
    }
    return count;
}

void Client::hear_one(const support::ServerPacket& packet) {
    if (const auto* connack = packet.get<mqtt::Connack>()) {
        hear_connack(*connack);
    } else if (const auto* publish = packet.get<mqtt::Publish>()) {
        hear_publish(*publish);
    } else if (const auto* ack = packet.get<mqtt::Ack>()) {
        hear_ack(*ack);
    } else if (const auto* suback = packet.get<mqtt::Suback>()) {
        if (!request_ || request_->id != suback->packet_id) throw Difference{"a strange SUBACK"};
        const auto code = static_cast<ReasonCode>(suback->reason_codes[0]);
        if (is_error(code)) throw Difference{"a subscription refused"};
        model_.subscribed(number_, request_->filter, static_cast<Qos>(code));
        request_.reset();
    } else if (const auto* unsuback = packet.get<mqtt::Unsuback>()) {
        if (!request_ || request_->id != unsuback->packet_id) {
            throw Difference{"a strange UNSUBACK"};
        }
        model_.unsubscribed(number_, request_->filter);
        request_.reset();
    } else {
        throw Difference{"client-" + std::to_string(number_) + " got " + describe(packet)};
    }
}

void Client::hear_connack(const mqtt::Connack& connack) {
    if (is_error(connack.reason)) throw Difference{"a connection refused"};
    is_connected_ = true;
    ends_at_ = SteadyTime::max();
    model_.connected(number_, connack.session_present);
    if (!connack.session_present) {
        end_session();
        is_session_over_ = needs_clean_start_ = false;
        return;
    }
    if (is_session_over_) {
        // [MQTT-3.2.2-4] of 5.0
        needs_clean_start_ = true;
        lose_link();
        return;
    }
    // [MQTT-4.4.0-1]
    for (const Open& open : open_) {
        if (open.is_recorded) {
            coverage_.add(Seen::ReleasesRepeated);
            say_ack(PacketType::Pubrel, open.id);
        } else {
            coverage_.add(Seen::PublishesRepeated);
            say_publish(open, true);
        }
    }
}

void Client::hear_publish(const mqtt::Publish& publish) {
    const std::uint32_t letter = number_in(publish.payload);
    const bool is_new = !publish.retain;
    if (publish.dup) coverage_.add(Seen::DeliveriesRepeated);
    if (publish.qos == Qos::ExactlyOnce) {
        const auto [found, inserted] = recorded_.emplace(publish.packet_id, letter);
        if (!inserted) {
            if (found->second != letter) {
                throw Difference{"client-" + std::to_string(number_) + " received letter " +
                                 std::to_string(letter) + " under the id of letter " +
                                 std::to_string(found->second)};
            }
            coverage_.add(Seen::ExactlyOnceRecognised);
            owe(PacketType::Pubrec, publish.packet_id);
            return;
        }
    }
    if (is_new) model_.received(number_, letter, publish.topic, publish.qos);
    if (publish.qos == Qos::AtLeastOnce) owe(PacketType::Puback, publish.packet_id);
    if (publish.qos == Qos::ExactlyOnce) owe(PacketType::Pubrec, publish.packet_id);
}

void Client::hear_ack(const mqtt::Ack& ack) {
    if (ack.type == PacketType::Pubrel) {
        recorded_.erase(ack.packet_id);
        owe(PacketType::Pubcomp, ack.packet_id);
        return;
    }
    if (is_error(ack.reason)) {
        throw Difference{"an acknowledgement that refuses: " + support::describe(ack.reason)};
    }
    const auto open = find_open(ack.packet_id);
    if (open == open_.end()) throw Difference{"an acknowledgement of nothing"};
    const bool is_exactly_once = model_.letter(open->letter).qos == Qos::ExactlyOnce;
    if (is_exactly_once == (ack.type == PacketType::Puback)) {
        throw Difference{"an acknowledgement of another QoS"};
    }
    if (ack.type == PacketType::Pubcomp) {
        open_.erase(open);
        return;
    }
    if (!open->is_recorded) model_.acknowledged(open->letter);
    if (is_exactly_once) {
        open->is_recorded = true;
        owe(PacketType::Pubrel, ack.packet_id);
    } else {
        open_.erase(open);
    }
}

}  // namespace kleber::sim_store
