#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/qos.hpp"
#include "gateway/base/time.hpp"
#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/port/message.hpp"

namespace kleber::connection {

// Who says that the application owns a message that came in, so that the server may forget it.
enum class Acknowledging : std::uint8_t { Automatic, Manual };

// What becomes of a publish of more than the server takes (its QoS, or retained).
enum class BeyondServer : std::uint8_t { Lower, Discard };

// What becomes of publishes without an acknowledgement when the server has lost the session.
enum class SessionLoss : std::uint8_t { PublishAgain, Discard };

// What the server is to publish for the client if the connection ends without a DISCONNECT.
struct ClientWill {
    std::string topic{};
    std::vector<std::uint8_t> payload{};
    std::vector<std::uint8_t> properties{};  // those that travel, in MQTT 5's encoding
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    std::optional<std::uint32_t> message_expiry_seconds{};
    std::uint32_t delay_seconds = 0;
};

// What an older version cannot say is left out.
struct ClientOptions {
    codec::mqtt::ProtocolVersion version = codec::mqtt::ProtocolVersion::V5;
    bool is_bridge = false;  // mosquitto's bridge bit, MQTT 3.1 and 3.1.1

    std::string client_id{};  // empty: the server makes one up; needs clean_start before MQTT 5
    // Begin with an empty session. In MQTT 5 the first connection alone: later ones resume it.
    bool clean_start = true;
    std::uint32_t session_expiry_seconds = 0;  // 0xFFFFFFFF: never
    std::optional<std::string> user_name{};
    std::optional<std::vector<std::uint8_t>> password{};
    std::optional<ClientWill> will{};
    bool wants_problem_information = true;
    std::vector<std::uint8_t> user_properties{};  // of CONNECT, in MQTT 5's encoding

    std::uint16_t keep_alive_seconds = 60;  // 0: none
    Duration connect_timeout{10'000};       // for CONNACK
    Duration ping_timeout{10'000};          // for PINGRESP or anything else

    // What may come in.
    std::uint16_t receive_maximum = 20;  // never 0
    std::uint16_t topic_alias_maximum = 10;
    std::uint32_t packet_bytes_max = 1 << 20;
    Acknowledging acknowledging = Acknowledging::Automatic;
    port::Sharing sharing = port::Sharing::OneThread;  // of the messages made for what comes in

    // What may go out.
    std::uint16_t in_flight_max = 20;         // never 0; the server may want less
    std::uint16_t outgoing_aliases_max = 10;  // the server may want less
    std::uint32_t queue_messages_max = 1000;
    std::size_t queue_bytes_max = 8 << 20;
    std::size_t unwritten_bytes_max = 256 << 10;  // above, publishes wait for drained()
    BeyondServer beyond_server = BeyondServer::Lower;
    SessionLoss session_loss = SessionLoss::PublishAgain;
};

}  // namespace kleber::connection
