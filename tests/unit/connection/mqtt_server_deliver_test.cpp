#include <gtest/gtest.h>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::Connect;
using codec::mqtt::PacketType;
using codec::mqtt::PropertyId;
using port::Deliver;
using port::MessageFields;
using port::PacketId;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;
constexpr auto kAllVersions = {kV31, kV311, kV5};

port::MessageRef message(std::string_view topic, std::string_view payload, Bytes properties = {},
                         SteadyTime expires_at = port::kNever) {
    const MessageFields fields{.topic = topic,
                               .properties = properties,
                               .payload = as_bytes(payload),
                               .expires_at = expires_at};
    return port::Message::make(fields, port::Sharing::OneThread);
}

Deliver delivery(port::MessageRef what, Qos qos = Qos::AtMostOnce, std::uint16_t id = 0) {
    Deliver made;
    made.message = std::move(what);
    made.id = PacketId{id};
    made.qos = qos;
    return made;
}

Connect with_maximum(std::uint32_t packet_bytes) {
    Connect packet = connect_packet(kV5);
    packet.maximum_packet_size = packet_bytes;
    return packet;
}

TEST(MqttServerDeliver, becomes_a_publish_in_the_clients_version) {
    const ByteBuffer properties = section({{PropertyId::ContentType, "text"}}, 1);
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        const port::MessageRef sent = message("a/b", "hello", properties.bytes());
        client.reply(delivery(sent));
        Deliver retained = delivery(sent, Qos::AtLeastOnce, 1);
        retained.retain = true;
        client.reply(std::move(retained));
        Deliver repeated = delivery(sent, Qos::ExactlyOnce, 2);
        repeated.is_repeated = true;
        client.reply(std::move(repeated));
        const std::string travels = version == kV5 ? " +3=text +38=k:v" : "";
        EXPECT_EQ(client.packets(), "PUBLISH a/b=hello qos0" + travels +
                                        "; PUBLISH 1 a/b=hello qos1 retain" + travels +
                                        "; PUBLISH 2 a/b=hello qos2 dup" + travels);
        EXPECT_EQ(client.requests(), "");
        EXPECT_EQ(client.traffic().publishes_sent.value(), 3U);
        EXPECT_EQ(client.traffic().publish_bytes_sent.value(), 15U);
        EXPECT_EQ(client.traffic().packets_sent.value(), 4U);
    }
}

TEST(MqttServerDeliver, is_written_as_the_specification_draws_it) {
    ServerConversation client;
    client.attach(kV311);
    client.reply(delivery(message("a/b", "hi"), Qos::AtLeastOnce, 10));
    const std::vector<std::uint8_t> expected{0x32, 9, 0, 3, 'a', '/', 'b', 0, 10, 'h', 'i'};
    EXPECT_EQ(client.bytes(), expected);
}

TEST(MqttServerDeliver, mqtt_3_3_4_3_subscription_ids_go_along) {
    const std::uint32_t ids[] = {1, 268'435'455};
    ServerConversation client;
    client.attach(kV5);
    Deliver made = delivery(message("t", "x"));
    made.subscription_ids = port::SubscriptionIds{ids};
    client.reply(std::move(made));
    EXPECT_EQ(client.packets(), "PUBLISH t=x qos0 +11=1 +11=268435455");
}

TEST(MqttServerDeliver, mqtt_3_3_2_6_the_remaining_lifetime_is_told) {
    ServerConversation client;
    client.attach(kV5);
    const port::MessageRef sent =
        message("t", "x", {}, client.now() + std::chrono::milliseconds{10'000});
    client.reply(delivery(sent));
    EXPECT_EQ(client.packets(), "PUBLISH t=x qos0 +2=10");
    client.wait(std::chrono::milliseconds{1});
    client.reply(delivery(sent));
    EXPECT_EQ(client.packets(), "PUBLISH t=x qos0 +2=10") << "rounded up";
    client.wait(std::chrono::milliseconds{9'998});
    client.reply(delivery(sent));
    EXPECT_EQ(client.packets(), "PUBLISH t=x qos0 +2=1");
}

TEST(MqttServerDeliver, mqtt_3_3_2_5_what_has_expired_is_not_sent) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        const port::MessageRef late = message("topic", "x", {}, client.now());
        client.reply(delivery(late));
        EXPECT_EQ(client.requests(), "credit 0 14");
        client.reply(delivery(late, Qos::AtLeastOnce, 3));
        EXPECT_EQ(client.requests(), "credit 0 14; discarded 3");
        EXPECT_EQ(client.packets(), "");
        EXPECT_EQ(client.traffic().publishes_dropped.value(), 1U) << "the broker counts the other";
    }
}

TEST(MqttServerDeliver, what_was_sent_before_is_sent_again_however_late) {
    ServerConversation client;
    client.attach(kV5);
    Deliver repeated = delivery(message("t", "x", {}, client.now()), Qos::ExactlyOnce, 3);
    repeated.is_repeated = true;
    client.reply(std::move(repeated));
    EXPECT_EQ(client.packets(), "PUBLISH 3 t=x qos2 dup +2=0");
    EXPECT_EQ(client.requests(), "");
}

TEST(MqttServerDeliver, mqtt_3_1_2_24_and_25_what_is_too_large_is_discarded) {
    ServerConversation client;
    client.attach(with_maximum(50));
    const std::string fits(44, 'x');
    const std::string does_not(45, 'x');
    client.reply(delivery(message("t", fits)));
    EXPECT_EQ(client.bytes().size(), 50U);
    client.reply(delivery(message("t", does_not)));
    client.reply(delivery(message("t", fits), Qos::AtLeastOnce, 1));
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.requests(), "credit 0 54; credit 0 53; discarded 1 (packet too large)");
    EXPECT_EQ(client.traffic().publishes_dropped.value(), 1U) << "the broker counts the other";
    EXPECT_TRUE(client.server().is_attached());
}

TEST(MqttServerDeliver, mqtt_3_1_2_26_and_27_topics_are_aliased_where_the_client_allows) {
    ServerConversation client;
    Connect packet = connect_packet(kV5);
    packet.topic_alias_maximum = 2;
    client.attach(packet);
    for (const char* topic : {"a", "a", "b", "a", "b", "c"}) {
        client.reply(delivery(message(topic, "x")));
    }
    EXPECT_EQ(client.packets(),
              "PUBLISH a=x qos0 +35=1; PUBLISH =x qos0 +35=1; PUBLISH b=x qos0 +35=2; "
              "PUBLISH =x qos0 +35=1; PUBLISH =x qos0 +35=2; PUBLISH c=x qos0");

    client.relink();
    client.attach(kV5);
    client.reply(delivery(message("a", "x")));
    client.reply(delivery(message("a", "x")));
    EXPECT_EQ(client.packets(), "PUBLISH a=x qos0; PUBLISH a=x qos0");
}

TEST(MqttServerDeliver, an_alias_that_did_not_fit_is_not_used_later) {
    ServerConversation client;
    Connect packet = with_maximum(50);
    packet.topic_alias_maximum = 5;
    client.attach(packet);
    const std::string large(60, 'x');
    const std::string fits_without_alias(43, 'x');
    client.reply(delivery(message("t", large)));
    EXPECT_EQ(client.packets(), "");
    client.reply(delivery(message("t", fits_without_alias)));
    EXPECT_EQ(client.packets(), "PUBLISH t=" + std::string(40, 'x') + " qos0");
    client.requests();
    client.reply(delivery(message("t", "small")));
    client.reply(delivery(message("t", "small")));
    const std::string sent = client.packets();
    EXPECT_TRUE(sent.starts_with("PUBLISH t=small qos0 +35=") &&
                sent.find("PUBLISH =small qos0 +35=") != std::string::npos)
        << sent;
    EXPECT_EQ(client.requests(), "");
}

TEST(MqttServerDeliver, large_payloads_are_referred_to) {
    const std::string payload(100'000, 'p');
    ServerConversation client;
    client.attach(kV311);
    client.reply(delivery(message("t", payload)));
    client.reply(delivery(message("t", "small")));
    const std::vector<std::uint8_t> sent = client.bytes();
    EXPECT_EQ(sent.size(), 1 + 3 + 3 + payload.size() + 10);
    EXPECT_EQ(std::string(sent.begin() + 7, sent.begin() + 7 + 100'000), payload);
}

TEST(MqttServerDeliver, mqtt_4_3_3_release_becomes_pubrel) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.reply(port::ReleaseDelivery{.id = PacketId{8}});
        EXPECT_EQ(client.packets(), "PUBREL 8");
    }
}

TEST(MqttServerDeliver, the_clients_acknowledgements_are_passed_on) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(ack(version, PacketType::Puback, 1));
        client.send(ack(version, PacketType::Pubrec, 2));
        client.send(ack(version, PacketType::Pubcomp, 2));
        EXPECT_EQ(client.requests(), "received 1; recorded 2; completed 2");
        EXPECT_EQ(client.packets(), "");
    }
    ServerConversation client;
    client.attach(kV5);
    client.send(ack(kV5, PacketType::Puback, 1, ReasonCode::QuotaExceeded));
    client.send(ack(kV5, PacketType::Pubrec, 2, ReasonCode::UnspecifiedError));
    client.send(ack(kV5, PacketType::Pubcomp, 3, ReasonCode::PacketIdentifierNotFound));
    client.send(ack(kV5, PacketType::Pubrel, 4, ReasonCode::PacketIdentifierNotFound));
    EXPECT_EQ(client.requests(),
              "received 1 (quota exceeded); recorded 2 (unspecified error); completed 3 (packet "
              "identifier not found); release 4");
}

TEST(MqttServerDeliver, malformed_acknowledgements_end_the_connection) {
    for (const char* bytes : {"40 02 00 00", "40 03 00 01 05", "40 01 00", "60 02 00 01",
                              "41 02 00 01", "40 05 00 01 00 00 00"}) {
        ServerConversation client;
        client.attach(kV5);
        client.send(from_hex(bytes));
        EXPECT_TRUE(client.requests().starts_with("detach (")) << bytes;
        EXPECT_TRUE(client.packets().starts_with("DISCONNECT (")) << bytes;
    }
}

TEST(MqttServerDeliver, credit_is_given_back_in_quarters_of_the_window) {
    ServerConversation client{MqttPolicy{.send_window = {.slots = 20, .bytes = 400}}};
    client.attach(kV311);
    client.reply(delivery(message("t", std::string(40, 'x'))));  // weighs 49
    client.reply(delivery(message("t", std::string(40, 'x'))));
    client.bytes();
    client.drained();
    EXPECT_EQ(client.requests(), "");
    client.reply(delivery(message("t", std::string(40, 'x')), Qos::AtLeastOnce, 1));
    client.bytes();
    client.drained();
    EXPECT_EQ(client.requests(), "credit 0 147");
    client.drained();
    EXPECT_EQ(client.requests(), "");
}

}  // namespace
}  // namespace kleber::connection
