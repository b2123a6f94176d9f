#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/codec/mqtt/packets.hpp"

namespace kleber::support {

struct Pingresp {};

// A packet that a server sent, decoded. The views of its body point into `wire`, which copies
// share.
struct ServerPacket {
    using Body = std::variant<codec::mqtt::Connack, codec::mqtt::Publish, codec::mqtt::Ack,
                              codec::mqtt::Suback, codec::mqtt::Unsuback, Pingresp,
                              codec::mqtt::Disconnect, codec::mqtt::Auth>;

    std::shared_ptr<const std::vector<std::uint8_t>> wire;
    Body body;

    template <typename Packet>
    const Packet* get() const {
        return std::get_if<Packet>(&body);
    }
    codec::mqtt::PacketType type() const {
        return static_cast<codec::mqtt::PacketType>(wire->front() >> 4);
    }
};

// Decodes the whole packet that `wire` is. Fails with the reason why a client must not accept it.
Result<ServerPacket, ReasonCode> decode_server_packet(std::vector<std::uint8_t> wire,
                                                      codec::mqtt::ProtocolVersion version);

// For failure texts: "PUBLISH id 3 QoS 1 topic 'a/b' payload 'x'".
std::string describe(const ServerPacket& packet);
std::string describe(ReasonCode reason);  // "151 (quota exceeded)"

std::string_view name_of(codec::mqtt::PacketType type);

}  // namespace kleber::support
