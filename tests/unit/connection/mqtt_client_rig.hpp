#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_client.hpp"

namespace kleber::connection {

// One packet of a client in words: "PUBLISH q1 id1 dup t/a=hello", "PUBACK 1".
std::string describe_packet(const codec::mqtt::Frame& frame, codec::mqtt::ProtocolVersion version);
// One event in words: "received q1 t/a=hello", "published 7 q1 success".
std::string describe_event(const ClientEvent& event);

// A client, a link, a clock, and the packets of a server made by hand.
class MqttClientRig {
  public:
    using Version = codec::mqtt::ProtocolVersion;
    using Strings = std::vector<std::string>;

    explicit MqttClientRig(ClientOptions options)
        : version_(options.version), client_(std::move(options)) {}

    // Brings up a link and has the server accept the client; leaves nothing unread.
    void connect(const codec::mqtt::Connack& answer = {});
    // Ends the link; what the client had written is lost.
    void cut();

    template <typename Packet>
    static ByteBuffer wire(Version version, const Packet& packet) {
        ByteBuffer bytes;
        KLEBER_ASSERT(codec::mqtt::encode(bytes, version, packet).has_value());
        return bytes;
    }
    template <typename Packet>
    void send(const Packet& packet) {
        send_bytes(wire(version_, packet).bytes());
    }
    void send_bytes(Bytes bytes);
    void send_ack(codec::mqtt::PacketType type, codec::mqtt::PacketId id,
                  ReasonCode reason = ReasonCode::Success);
    void send_message(std::string_view topic, std::string_view payload, Qos qos,
                      codec::mqtt::PacketId id = 0, bool dup = false);

    Status<ReasonCode> publish(std::string_view topic, std::string_view payload, Qos qos,
                               std::uint64_t ticket, bool retain = false);
    // Calls on_deadline() if it is due after this much time.
    void wait(Duration time);

    // What the client has written since the last look, and its events.
    Strings written();
    Strings told();

    MqttClient& client() { return client_; }
    MqttClient::Turn turn() { return {now_, events_, out_}; }
    const std::vector<ClientEvent>& events() const { return events_; }
    Outgoing& out() { return out_; }
    Now& now() { return now_; }

  private:
    Version version_;
    MqttClient client_;
    Outgoing out_;
    std::vector<ClientEvent> events_;
    std::vector<std::uint8_t> tail_;
    Now now_{.steady = SteadyTime{Duration{1'000'000}}};
};

}  // namespace kleber::connection
