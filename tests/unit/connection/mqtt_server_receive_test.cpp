#include <gtest/gtest.h>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::PacketType;
using codec::mqtt::Publish;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;

// What an idle client of any version costs beside its names.
static_assert(sizeof(MqttServer) <= 160);

// Something of everything a client may say, after CONNECT.
ByteBuffer long_conversation(ProtocolVersion version) {
    ByteBuffer all;
    const auto add = [&](const ByteBuffer& packet) { all.append(packet.bytes()); };
    add(from_hex("c0 00"));
    add(subscribe(version, 1, {{.filter = "a/#", .qos = Qos::ExactlyOnce}, {.filter = "+"}}));
    add(publish(version, "a/b", "hello"));
    add(publish(version, "a/b", std::string(300, 'x'), Qos::AtLeastOnce, 2));
    if (version == kV5) {
        add(wire(version, Publish{.topic = "alias", .topic_alias = 3, .message_expiry = 9}));
        add(wire(version, Publish{.topic = "", .payload = as_bytes("2"), .topic_alias = 3}));
    }
    add(publish(version, "$SYS/x", "x", Qos::AtLeastOnce, 9));
    add(publish(version, "c", "", Qos::ExactlyOnce, 3));
    add(ack(version, PacketType::Pubrel, 3));
    add(ack(version, PacketType::Puback, 11));
    add(ack(version, PacketType::Pubrec, 12));
    add(ack(version, PacketType::Pubcomp, 12));
    add(unsubscribe(version, 4, {"a/#"}));
    add(from_hex("c0 00 e0 00"));
    return all;
}

TEST(MqttServerReceive, it_does_not_matter_where_the_bytes_are_cut) {
    for (const auto version : {kV31, kV311, kV5}) {
        const ByteBuffer all = long_conversation(version);
        ServerConversation whole;
        whole.attach(version);
        whole.send(all);
        const std::string requests = whole.requests();
        const std::string packets = whole.packets();
        EXPECT_TRUE(requests.ends_with("; unsubscribe 4 a/#; detach")) << requests;
        EXPECT_TRUE(packets.starts_with("PINGRESP"));

        for (std::size_t cut = 0; cut <= all.size(); ++cut) {
            ServerConversation client;
            client.attach(version);
            client.send(all.bytes().first(cut));
            client.send(all.bytes().subspan(cut));
            ASSERT_EQ(client.requests(), requests) << cut;
            ASSERT_EQ(client.packets(), packets) << cut;
            ASSERT_EQ(client.tail_bytes(), 0U);
        }
        ServerConversation slowly;
        slowly.attach(version);
        for (const std::uint8_t byte : all.bytes()) slowly.send(Bytes{&byte, 1});
        EXPECT_EQ(slowly.requests(), requests);
        EXPECT_EQ(slowly.packets(), packets);
    }
}

TEST(MqttServerReceive, a_connect_may_be_cut_anywhere_too) {
    for (const auto version : {kV31, kV311, kV5}) {
        codec::mqtt::Connect packet = connect_packet(version);
        packet.will = codec::mqtt::Will{.topic = "w", .payload = as_bytes("gone")};
        packet.user_name = "u";
        packet.password = as_bytes("p");
        const ByteBuffer connect = wire(packet);
        for (std::size_t cut = 1; cut < connect.size(); ++cut) {
            ServerConversation client;
            client.send(connect.bytes().first(cut));
            EXPECT_EQ(client.requests() + client.packets(), "");
            EXPECT_EQ(client.tail_bytes(), cut);
            EXPECT_EQ(client.server().wanted_bytes(), cut < 2 ? 2 : connect.size());
            client.send(connect.bytes().subspan(cut));
            EXPECT_TRUE(client.requests().starts_with("attach 'c' clean"));
            EXPECT_EQ(client.server().wanted_bytes(), 0U);
        }
    }
}

TEST(MqttServerReceive, says_how_much_it_needs) {
    ServerConversation client;
    client.attach(kV311);
    EXPECT_EQ(client.server().wanted_bytes(), 0U);
    client.send(from_hex("30"));
    EXPECT_EQ(client.server().wanted_bytes(), 2U);
    client.send(from_hex("80"));
    EXPECT_EQ(client.server().wanted_bytes(), 3U);
    client.send(from_hex("80 01"));
    EXPECT_EQ(client.server().wanted_bytes(), 16'384U + 4);
    client.send(from_hex("00 01 74"));
    EXPECT_EQ(client.server().wanted_bytes(), 16'384U + 4);
    const std::vector<std::uint8_t> rest(16'384 - 3, 'x');
    client.send(rest);
    EXPECT_EQ(client.server().wanted_bytes(), 0U);
    EXPECT_TRUE(client.requests().starts_with("publish 0 t=xxx"));
}

TEST(MqttServerReceive, mqtt_3_12_4_1_pings_are_answered) {
    ServerConversation client;
    client.attach(kV311);
    client.send(from_hex("c0 00 c0 00"));
    EXPECT_EQ(client.packets(), "PINGRESP; PINGRESP");
    client.send(from_hex("c0 01 00"));
    EXPECT_EQ(client.requests(), "detach (malformed packet) will");
    client.relink();
    client.attach(kV5);
    client.send(from_hex("c1 00"));
    EXPECT_EQ(client.packets(), "DISCONNECT (malformed packet) 'malformed PINGREQ'");
}

TEST(MqttServerReceive, packets_are_counted) {
    ServerConversation client;
    client.attach(kV311);
    client.send(long_conversation(kV311));
    EXPECT_EQ(client.traffic().packets_received.value(), 1U + 13U);
    EXPECT_EQ(client.traffic().packets_sent.value(), 1U + 2U);
    EXPECT_EQ(client.traffic().publishes_received.value(), 4U);
}

}  // namespace
}  // namespace kleber::connection
