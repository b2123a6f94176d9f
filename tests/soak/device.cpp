#include "tests/soak/device.hpp"

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "gateway/codec/mqtt/encode.hpp"

namespace kleber::soak {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

namespace {

constexpr auto kVersion = mqtt::ProtocolVersion::V5;

}  // namespace

template <typename Packet>
void Device::say(const Packet& packet) {
    ByteBuffer bytes;
    bool is_encoded = false;
    if constexpr (std::is_same_v<Packet, mqtt::Connect>) {
        is_encoded = bool{mqtt::encode(bytes, packet)};
    } else {
        is_encoded = bool{mqtt::encode(bytes, kVersion, packet)};
    }
    if (!is_encoded) throw std::runtime_error{"a packet that cannot be encoded"};
    link_->send(bytes.bytes());
}

void Device::say_ack(PacketType type, mqtt::PacketId id) {
    ByteBuffer bytes;
    mqtt::encode_ack(bytes, kVersion, type, id);
    link_->send(bytes.bytes());
}

void Device::connect(support::World& world, std::string_view will_topic) {
    link_ = world.dial();
    mqtt::Connect packet{.clean_start = false, .client_id = id_};
    packet.session_expiry = expiry_seconds_;
    if (!will_topic.empty()) {
        packet.will = mqtt::Will{
            .topic = will_topic, .payload = as_bytes(id_), .qos = Qos::AtLeastOnce, .delay = 60};
    }
    say(packet);
}

void Device::subscribe(std::string_view filter, Qos qos) {
    ByteBuffer list;
    if (!mqtt::append_subscription(list, {.filter = filter, .qos = qos})) {
        throw std::runtime_error{"a filter too long"};
    }
    say(mqtt::Subscribe{.packet_id = ++last_id_,
                        .subscriptions = mqtt::SubscriptionList{list.bytes()}});
}

void Device::publish(const Message& message) {
    mqtt::Publish packet{.topic = message.topic,
                         .payload = as_bytes(message.payload),
                         .qos = message.qos,
                         .retain = message.retain};
    if (message.qos != Qos::AtMostOnce) {
        if (++last_id_ == 0) ++last_id_;
        packet.packet_id = last_id_;
    }
    if (message.expiry_seconds > 0) packet.message_expiry = message.expiry_seconds;
    say(packet);
}

void Device::hear() {
    while (link_) {
        std::vector<std::uint8_t> bytes = link_->receive_bytes();
        if (bytes.empty()) break;
        const auto packet = support::decode_server_packet(std::move(bytes), kVersion);
        if (!packet) throw std::runtime_error{id_ + " hears what is no packet"};
        hear_one(*packet);
    }
    if (link_ && link_->was_closed_by_server()) {
        throw std::runtime_error{id_ + " was turned out"};
    }
}

void Device::hear_one(const support::ServerPacket& packet) {
    if (const auto* connack = packet.get<mqtt::Connack>()) {
        if (is_error(connack->reason)) throw std::runtime_error{id_ + " was refused"};
    } else if (const auto* publish = packet.get<mqtt::Publish>()) {
        if (publish->qos == Qos::AtLeastOnce) say_ack(PacketType::Puback, publish->packet_id);
        if (publish->qos == Qos::ExactlyOnce) say_ack(PacketType::Pubrec, publish->packet_id);
    } else if (const auto* ack = packet.get<mqtt::Ack>()) {
        if (ack->type == PacketType::Pubrel) say_ack(PacketType::Pubcomp, ack->packet_id);
        if (ack->type == PacketType::Pubrec) say_ack(PacketType::Pubrel, ack->packet_id);
    }
}

}  // namespace kleber::soak
