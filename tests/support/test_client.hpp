#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/connection/mqtt_policy.hpp"
#include "tests/support/link.hpp"
#include "tests/support/server_packet.hpp"
#include "tests/support/world.hpp"

namespace kleber::support {

// The line of a test, for failures found in a helper.
struct Where {
    // NOLINTNEXTLINE(google-explicit-constructor): made from nothing as a default argument
    Where(const char* in_file = __builtin_FILE(), int at_line = __builtin_LINE())
        : file(in_file), line(at_line) {}
    const char* file;
    int line;
};

// A PUBLISH that a client got, alias resolved.
struct ReceivedMessage {
    std::string topic;
    std::string payload;
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool dup = false;
    codec::mqtt::PacketId packet_id = 0;
    std::optional<std::uint16_t> topic_alias;
    std::optional<std::uint32_t> message_expiry;
    std::vector<std::uint32_t> subscription_ids;
    std::vector<std::uint8_t> properties;  // all of them, as on the wire
};

// How a test client publishes.
struct PublishOptions {
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool dup = false;
    std::optional<std::uint16_t> topic_alias{};
    std::optional<std::uint32_t> message_expiry{};
    Bytes properties{};
};

// A client as a script: it says exactly what it is told to and never answers by itself. Every
// expectation that fails is a failure of the test at the line that called it. What it gets is kept,
// so that packets may be looked at until the client goes.
class TestClient {
  public:
    using Version = codec::mqtt::ProtocolVersion;

    TestClient(World& world, Version version, std::string client_id,
               const connection::MqttPolicy* policy = nullptr)
        : world_(world), version_(version), client_id_(std::move(client_id)), policy_(policy) {}

    Version version() const { return version_; }
    bool is_v5() const { return version_ == Version::V5; }
    const std::string& client_id() const { return client_id_; }
    Link& link() { return *link_; }

    // -- sending

    // A new link, in place of the one before, which is lost.
    void open(connection::Peer peer = {.address = "127.0.0.1:50000", .is_local = true});
    void send_bytes(Bytes bytes);
    // In the notation of the codec's tests: "30 ( <a/b> 'payload' )".
    void send_wire(std::string_view notation);
    template <typename Packet>
    void send(const Packet& packet) {
        ByteBuffer bytes;
        if constexpr (std::is_same_v<Packet, codec::mqtt::Connect> ||
                      std::is_same_v<Packet, codec::mqtt::Auth>) {
            EXPECT_TRUE(codec::mqtt::encode(bytes, packet));
        } else {
            EXPECT_TRUE(codec::mqtt::encode(bytes, version_, packet));
        }
        send_bytes(bytes.bytes());
    }
    void send_ack(codec::mqtt::PacketType type, codec::mqtt::PacketId id,
                  ReasonCode reason = ReasonCode::Success);
    // Returns the packet id.
    codec::mqtt::PacketId send_publish(std::string_view topic, std::string_view payload,
                                       PublishOptions options = {});
    void send_publish(codec::mqtt::PacketId id, std::string_view topic, std::string_view payload,
                      PublishOptions options);
    codec::mqtt::PacketId send_subscribe(const std::vector<codec::mqtt::Subscription>& filters,
                                         std::optional<std::uint32_t> subscription_id = {});
    codec::mqtt::PacketId send_unsubscribe(const std::vector<std::string_view>& filters);
    void send_pingreq() { send_wire("C0 00"); }
    void drop();

    // -- receiving

    // The next packet, if there is one.
    std::optional<ServerPacket> receive(Where where = {});
    // The next packet, which must be of this kind; else the test fails and this is an empty one.
    template <typename Packet>
    Packet expect(Where where = {}) {
        const std::optional<ServerPacket> packet = receive(where);
        if (packet && packet->get<Packet>()) return *packet->get<Packet>();
        fail_expected(ServerPacket::Body{Packet{}}, packet, where);
        return {};
    }
    codec::mqtt::Ack expect_ack(codec::mqtt::PacketType type, codec::mqtt::PacketId id,
                                ReasonCode reason = ReasonCode::Success, Where where = {});
    void expect_nothing(Where where = {});
    // Still connected, and nothing arrived: PINGREQ is answered at once.
    void expect_alive(Where where = {});
    // The server has ended the connection: in MQTT 5 after a DISCONNECT with this reason, before
    // without a word.
    void expect_closed(ReasonCode reason, Where where = {});
    // The server has closed without another word.
    void expect_closed_silently(Where where = {});

    ReceivedMessage expect_message(Where where = {});
    ReceivedMessage expect_message(std::string_view topic, std::string_view payload,
                                   Where where = {});
    // All messages that have arrived; no other packets may have.
    std::vector<ReceivedMessage> messages(Where where = {});
    // The client's side of the acknowledgements, to their end.
    void acknowledge(const ReceivedMessage& message, Where where = {});

    // -- whole exchanges

    // Opens a link and expects to be accepted. Version and client id are filled in.
    codec::mqtt::Connack connect(codec::mqtt::Connect packet = {}, Where where = {});
    // Opens a link and expects a CONNACK that refuses, or before MQTT 5, if `return_code` is 0,
    // none.
    void expect_refused(codec::mqtt::Connect packet, ReasonCode reason, Where where = {});
    void disconnect(ReasonCode reason = ReasonCode::Success);
    ReasonCode subscribe(std::string_view filter, Qos qos = Qos::ExactlyOnce, Where where = {});
    ReasonCode subscribe(const codec::mqtt::Subscription& subscription,
                         std::optional<std::uint32_t> subscription_id = {}, Where where = {});
    ReasonCode unsubscribe(std::string_view filter, Where where = {});
    // Returns the reason code of PUBACK or PUBREC, Success at QoS 0.
    ReasonCode publish(std::string_view topic, std::string_view payload,
                       PublishOptions options = {}, Where where = {});

    codec::mqtt::PacketId next_id() { return ++last_id_; }

  private:
    void fail_expected(const ServerPacket::Body& wanted, const std::optional<ServerPacket>& got,
                       Where where);
    void fail(const std::string& text, Where where) const;
    std::string state() const;
    ReceivedMessage to_message(const codec::mqtt::Publish& packet, Where where);
    codec::mqtt::Connect completed(codec::mqtt::Connect packet) const;

    World& world_;
    Version version_;
    std::string client_id_;
    const connection::MqttPolicy* policy_;
    std::unique_ptr<Link> link_;
    std::deque<ServerPacket> received_;
    std::vector<std::string> aliases_;
    codec::mqtt::PacketId last_id_ = 0;
};

}  // namespace kleber::support
