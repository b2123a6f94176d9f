#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_server.hpp"

// A client's wire, a broker's replies and a clock for one MqttServer. What the server asks for and
// sends is read as text: one line each, joined by "; ".
namespace kleber::connection {

using codec::mqtt::ProtocolVersion;

// What a client of this version sends first: client id "c", clean start.
codec::mqtt::Connect connect_packet(ProtocolVersion version);

// Wire form of packets as a client sends them.
ByteBuffer wire(const codec::mqtt::Connect& packet);
template <typename Packet>
ByteBuffer wire(ProtocolVersion version, const Packet& packet) {
    ByteBuffer out;
    KLEBER_ASSERT(codec::mqtt::encode(out, version, packet).has_value());
    return out;
}
ByteBuffer publish(ProtocolVersion version, std::string_view topic, std::string_view payload,
                   Qos qos = Qos::AtMostOnce, std::uint16_t id = 0);
ByteBuffer subscribe(ProtocolVersion version, std::uint16_t id,
                     std::initializer_list<codec::mqtt::Subscription> subscriptions);
ByteBuffer unsubscribe(ProtocolVersion version, std::uint16_t id,
                       std::initializer_list<std::string_view> filters);
ByteBuffer ack(ProtocolVersion version, codec::mqtt::PacketType type, std::uint16_t id,
               ReasonCode reason = ReasonCode::Success);
ByteBuffer from_hex(std::string_view digits);

// A property section: section({{PropertyId::ContentType, "text/plain"}}). Numbers as numbers.
struct TestProperty {
    codec::mqtt::PropertyId id;
    std::variant<std::uint8_t, std::uint32_t, std::string_view> value;
};
ByteBuffer section(std::initializer_list<TestProperty> properties, std::size_t user_properties = 0);

class ServerConversation {
  public:
    ServerConversation() : ServerConversation(MqttPolicy{}) {}
    explicit ServerConversation(MqttPolicy policy, bool is_local = true);

    // Starts again with a new link under the same policy.
    void relink(bool is_local = true);
    void relink(Peer peer);
    // It outlives the conversation, or the next call; null: everything is allowed.
    void set_authorizer(const port::Authorizer* authorizer) { authorizer_ = authorizer; }
    MqttPolicy& policy() { return policy_; }

    // Connects as a client and attaches as the broker; nothing of that is left to read.
    void attach(ProtocolVersion version);
    void attach(const codec::mqtt::Connect& packet);

    void send(Bytes bytes);
    void send(const ByteBuffer& packet) { send(packet.bytes()); }
    template <typename Body>
    void reply(Body body) {
        port::Reply reply{port::Token{}, std::move(body)};
        MqttServer::Turn turn = this->turn();
        server().take(std::move(reply), turn);
    }
    void verdict(port::Verdict verdict);
    void reply_attached(bool session_present = false, std::string_view assigned_id = {});
    void wait(Duration duration) { now_.steady += duration; }
    void on_deadline();
    void link_lost(ReasonCode why);
    void stop(ReasonCode reason);
    void drained();

    // What was asked for, or sent, since the last look.
    std::string requests();
    std::string packets();
    std::vector<std::uint8_t> bytes();
    // "server: malformed packet: malformed PUBLISH"
    std::string end() const;

    template <typename Request>
    const Request& last() const {
        return std::get<Request>(requests_.back());
    }
    MqttServer& server() { return *server_; }
    const MqttServer& server() const { return *server_; }
    const port::Traffic& traffic() const { return traffic_; }
    SteadyTime now() const { return now_.steady; }
    std::size_t tail_bytes() const { return tail_.size(); }

  private:
    MqttServer::Turn turn() {
        return {.now = now_, .requests = requests_, .out = out_, .authorizer = authorizer_};
    }
    void receive_tail();

    MqttPolicy policy_;
    const port::Authorizer* authorizer_ = nullptr;
    port::Traffic traffic_;
    Now now_{.steady = SteadyTime{std::chrono::hours{1}}};
    std::vector<port::Request> requests_;
    Outgoing out_;
    std::unique_ptr<MqttServer> server_;
    ByteBuffer tail_;
};

inline constexpr port::ClientRef kTestClient{port::SessionId{7}, port::Generation{3}};

}  // namespace kleber::connection
