#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/connection/outgoing.hpp"
#include "tests/sim/letter.hpp"
#include "tests/sim/model.hpp"

namespace kleber::sim {

// A packet that a client wrote: what it means, for the model.
struct Said {
    codec::mqtt::PacketType type{};
    std::uint16_t id = 0;
    ReasonCode reason = ReasonCode::Success;
    Letter letter{};
    std::vector<Model::Subscription> subscriptions{};
    std::vector<FilterText> filters{};
    Model::Attach attach{};
    std::optional<Duration> session_expiry{};  // of DISCONNECT
};

// A packet that a server wrote, as its client must find it.
struct Written {
    codec::mqtt::PacketType type{};
    std::uint16_t id = 0;
    ReasonCode reason = ReasonCode::Success;
    bool session_present = false;
    std::vector<ReasonCode> codes{};
    std::optional<port::Deliver> deliver{};
    std::optional<std::uint32_t> expiry_seconds{};
};

// One connection: the server's side of it, and what is under way in both directions.
struct Line {
    using Version = codec::mqtt::ProtocolVersion;

    Line(int line_number, int client_number, Version client_version,
         const connection::MqttPolicy& policy, port::Traffic& traffic, SteadyTime now)
        : number(line_number),
          client(client_number),
          version(client_version),
          server(policy, port::Token{static_cast<std::uint32_t>(line_number), 0},
                 {.address = "sim", .is_local = true}, traffic, now) {}

    const int number;
    const int client;
    const Version version;
    std::size_t packet_bytes_max = codec::mqtt::kPacketMax;  // that the client takes

    connection::MqttServer server;
    connection::Outgoing out;
    SteadyTime received_at{};
    std::vector<std::uint8_t> tail;  // arrived, not yet used

    std::vector<std::uint8_t> up;    // written by the client, not yet arrived
    std::vector<std::uint8_t> down;  // arrived at the client, not yet a packet
    std::deque<Said> said;           // the packets in `up` and `tail`
    std::deque<Written> written;     // the packets in `out` and `down`
    std::uint32_t pings = 0;         // not yet answered
    bool is_sending = true;          // bytes of the client move by themselves
    bool is_receiving = true;        // and those of the server
    bool is_over = false;

    // Of the pings the broker hears nothing.
    void skip_pings() {
        while (!said.empty() && said.front().type == codec::mqtt::PacketType::Pingreq) {
            ++pings;
            said.pop_front();
        }
    }
    std::map<std::uint16_t, std::string> aliases;  // the server's
};

// For people: "PUBLISH 5, letter 17 at a/b, QoS 1".
std::string describe(const Said& said);
std::string describe(const Written& written);

// Decodes one packet for the client and throws a Difference unless it says what was written.
// Returns what was written; nothing for a PINGRESP.
std::optional<Written> read_packet(Line& line, const codec::mqtt::Frame& frame, Coverage& coverage);

}  // namespace kleber::sim
