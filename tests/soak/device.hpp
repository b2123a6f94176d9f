#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/qos.hpp"
#include "gateway/codec/mqtt/packets.hpp"
#include "tests/support/server_packet.hpp"
#include "tests/support/world.hpp"

namespace kleber::soak {

// An MQTT 5 client that answers everything at once, in real bytes. Throws a std::runtime_error at
// what a gateway in good order does not say.
class Device {
  public:
    struct Message {
        std::string_view topic;
        std::string_view payload = {};
        Qos qos = Qos::AtLeastOnce;
        bool retain = false;
        std::uint32_t expiry_seconds = 0;  // 0: never
    };

    // `expiry_seconds`: of its session.
    Device(std::string id, std::uint32_t expiry_seconds)
        : id_(std::move(id)), expiry_seconds_(expiry_seconds) {}

    // `will_topic`: where it publishes a will a minute after it was lost; empty: nowhere.
    void connect(support::World& world, std::string_view will_topic = {});
    void subscribe(std::string_view filter, Qos qos);
    void publish(const Message& message);
    // It goes without a word.
    void drop() { link_.reset(); }

    bool has_link() const { return link_ != nullptr; }
    // Hears what has arrived, and answers.
    void hear();

  private:
    template <typename Packet>
    void say(const Packet& packet);
    void say_ack(codec::mqtt::PacketType type, codec::mqtt::PacketId id);
    void hear_one(const support::ServerPacket& packet);

    const std::string id_;
    const std::uint32_t expiry_seconds_;
    std::unique_ptr<support::Link> link_;
    codec::mqtt::PacketId last_id_ = 0;
};

}  // namespace kleber::soak
