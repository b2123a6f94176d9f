#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::PacketType;
using codec::mqtt::PropertyId;
using codec::mqtt::Publish;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;
constexpr auto kAllVersions = {kV31, kV311, kV5};

// What MQTT 5 is told where it may not publish.
const std::string kRefused = " (not authorized) 'not allowed to publish to this topic'";

void settle(ServerConversation& client, std::uint16_t id,
            port::SettledKind kind = port::SettledKind::Received,
            ReasonCode reason = ReasonCode::Success) {
    client.reply(port::Settled{.id = port::PacketId{id}, .kind = kind, .reason = reason});
}

TEST(MqttServerPublish, becomes_one_message) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(publish(version, "a/b", "hello"));
        client.send(publish(version, "a/b", "hello", Qos::AtLeastOnce, 1));
        client.send(publish(version, "a/b", "", Qos::ExactlyOnce, 65'535));
        client.send(wire(version, Publish{.topic = "r", .payload = as_bytes("x"), .retain = true}));
        EXPECT_EQ(client.requests(),
                  "publish 0 a/b=hello qos0; publish 1 a/b=hello qos1; publish 65535 a/b= qos2; "
                  "publish 0 r=x qos0 retain");
        EXPECT_EQ(client.packets(), "");
        EXPECT_EQ(client.traffic().publishes_received.value(), 4U);
        EXPECT_EQ(client.traffic().publish_bytes_received.value(), 11U);
        EXPECT_EQ(client.traffic().packets_received.value(), 5U);
    }
}

TEST(MqttServerPublish, a_repeated_one_is_passed_on_like_another) {
    ServerConversation client;
    client.attach(kV311);
    client.send(
        wire(kV311, Publish{.topic = "t", .packet_id = 9, .qos = Qos::ExactlyOnce, .dup = true}));
    EXPECT_EQ(client.requests(), "publish 9 t= qos2");
}

TEST(MqttServerPublish, mqtt_4_3_2_and_3_is_acknowledged_when_the_broker_has_settled_it) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(publish(version, "t", "1", Qos::AtLeastOnce, 1));
        client.send(publish(version, "t", "2", Qos::ExactlyOnce, 2));
        EXPECT_EQ(client.packets(), "");
        settle(client, 1);
        settle(client, 2, port::SettledKind::Recorded);
        EXPECT_EQ(client.packets(), "PUBACK 1; PUBREC 2");
        client.requests();
        client.send(ack(version, PacketType::Pubrel, 2));
        EXPECT_EQ(client.requests(), "release 2");
        settle(client, 2, port::SettledKind::Completed);
        EXPECT_EQ(client.packets(), "PUBCOMP 2");
    }
}

TEST(MqttServerPublish, the_brokers_reason_is_told_in_mqtt_5) {
    for (const auto version : {kV311, kV5}) {
        ServerConversation client;
        client.attach(version);
        client.send(publish(version, "t", "1", Qos::AtLeastOnce, 1));
        client.send(publish(version, "t", "1", Qos::ExactlyOnce, 2));
        settle(client, 1, port::SettledKind::Received, ReasonCode::NoMatchingSubscribers);
        settle(client, 2, port::SettledKind::Recorded, ReasonCode::QuotaExceeded);
        EXPECT_EQ(client.packets(), version == kV5
                                        ? "PUBACK 1 (no matching subscribers); PUBREC 2 (quota "
                                          "exceeded)"
                                        : "PUBACK 1; PUBREC 2");
    }
}

TEST(MqttServerPublish, mqtt_3_3_2_2_wildcards_and_nothing_are_no_topic_names) {
    for (const auto version : kAllVersions) {
        for (const std::string_view topic : {"a/+", "#", "a/#/b", "x+y"}) {
            ServerConversation client;
            client.attach(version);
            client.send(publish(version, topic, "x", Qos::AtLeastOnce, 1));
            EXPECT_EQ(client.requests(), "detach (topic name invalid) will");
            EXPECT_EQ(client.end(), "server: topic name invalid: topic name not valid");
            EXPECT_EQ(client.packets(), version == kV5 ? "DISCONNECT (topic name invalid) 'topic "
                                                         "name not valid'"
                                                       : "");
        }
    }
    ServerConversation client;
    client.attach(kV311);
    client.send(publish(kV311, "", "x"));
    EXPECT_EQ(client.end(), "server: topic name invalid: topic name not valid");
}

TEST(MqttServerPublish, a_topic_that_comes_again_is_known_and_no_other_is_taken_for_it) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        const std::string longer(LastTopic::kBytesMax + 1, 'l');
        const std::vector<std::string_view> topics{"a/b", "a/b",  "a/c",  "a",  "a/b/c",
                                                   "a/b", longer, longer, "a/b"};
        for (const std::string_view topic : topics) {
            client.send(publish(version, topic, "x"));
            const port::Message& message = *client.last<port::Publish>().message;
            EXPECT_EQ(message.topic(), topic);
            EXPECT_EQ(message.topic_hash(), port::hash_topic(topic));
        }
        EXPECT_EQ(client.traffic().publishes_received.value(), topics.size());
        // Of the same length as the last one.
        client.requests();
        client.send(publish(version, "a/+", "x"));
        EXPECT_EQ(client.requests(), "detach (topic name invalid) will");
    }
}

TEST(MqttServerPublish, what_a_known_topic_is_allowed_may_change) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(publish(version, "a/b/c", "x"));
        EXPECT_EQ(client.requests(), "publish 0 a/b/c=x qos0");
        client.policy().topic_levels_max = 2;
        client.send(publish(version, "a/b/c", "x"));
        EXPECT_EQ(client.end(), "server: topic name invalid: topic name too long");
    }
}

TEST(MqttServerPublish, malformed_ones_end_the_connection) {
    struct Row {
        ProtocolVersion version;
        const char* bytes;
        const char* request;
        const char* packet;
    };
    for (const Row& row : {
             Row{kV311, "36 05 00 01 74 00 01", "detach (malformed packet) will", ""},
             Row{kV5, "36 06 00 01 74 00 01 00", "detach (malformed packet) will",
                 "DISCONNECT (malformed packet) 'malformed PUBLISH'"},
             Row{kV5, "32 06 00 01 74 00 00 00", "detach (protocol error) will",
                 "DISCONNECT (protocol error) 'malformed PUBLISH'"},
             Row{kV5, "30 04 00 02 ff ff", "detach (malformed packet) will",
                 "DISCONNECT (malformed packet) 'malformed PUBLISH'"},
         }) {
        ServerConversation client;
        client.attach(row.version);
        client.send(from_hex(row.bytes));
        EXPECT_EQ(client.requests(), row.request);
        EXPECT_EQ(client.packets(), row.packet);
        EXPECT_TRUE(client.server().has_ended());
    }
}

TEST(MqttServerPublish, topics_over_the_limits_are_refused) {
    const std::string deep(128, '/');
    const std::string as_deep_as_may_be(127, '/');
    const std::string as_long_as_may_be(4096, 'x');
    const std::string too_long(4097, 'x');
    for (const std::string& topic : {as_deep_as_may_be, as_long_as_may_be}) {
        ServerConversation client;
        client.attach(kV5);
        client.send(publish(kV5, topic, "x"));
        EXPECT_EQ(client.requests(), "publish 0 " + topic + "=x qos0");
    }
    for (const std::string& topic : {deep, too_long}) {
        ServerConversation client;
        client.attach(kV5);
        client.send(publish(kV5, topic, "x", Qos::AtLeastOnce, 1));
        client.send(publish(kV5, topic, "x", Qos::ExactlyOnce, 2));
        EXPECT_EQ(client.packets(), "PUBACK 1 (topic name invalid); PUBREC 2 (topic name invalid)");
        EXPECT_EQ(client.requests(), "");
        EXPECT_EQ(client.traffic().publishes_dropped.value(), 2U);
        client.send(publish(kV5, topic, "x"));
        EXPECT_EQ(client.packets(), "DISCONNECT (topic name invalid) 'topic name too long'");
        EXPECT_EQ(client.requests(), "detach (topic name invalid) will");

        client.relink();
        client.attach(kV311);
        client.send(publish(kV311, topic, "x", Qos::AtLeastOnce, 1));
        EXPECT_EQ(client.packets(), "");
        EXPECT_EQ(client.end(), "server: topic name invalid: topic name too long");

        client.relink();
        client.attach(kV5);
        client.send(wire(
            kV5,
            Publish{.topic = topic, .packet_id = 1, .qos = Qos::AtLeastOnce, .topic_alias = 1}));
        EXPECT_EQ(client.packets(), "DISCONNECT (topic name invalid) 'topic name too long'");
    }
}

TEST(MqttServerPublish, the_brokers_own_topics_are_not_for_clients) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(publish(version, "$SYS/broker/uptime", "x"));
        client.send(publish(version, "$CONTROL/x", "x", Qos::AtLeastOnce, 1));
        client.send(publish(version, "$share/g/x", "x", Qos::ExactlyOnce, 2));
        EXPECT_EQ(client.requests(), "");
        EXPECT_EQ(client.packets(), version == kV5 ? "PUBACK 1" + kRefused + "; PUBREC 2" + kRefused
                                                   : "PUBACK 1; PUBREC 2");
        EXPECT_EQ(client.traffic().publishes_dropped.value(), 3U);
        EXPECT_TRUE(client.server().is_attached());
        client.send(publish(version, "a/$SYS", "x"));
        EXPECT_EQ(client.requests(), "publish 0 a/$SYS=x qos0");
    }
}

TEST(MqttServerPublish, mqtt_4_6_0_2_acknowledgements_keep_the_order_of_the_publishes) {
    ServerConversation client;
    client.attach(kV5);
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 1));
    client.send(publish(kV5, "$t", "x", Qos::AtLeastOnce, 2));
    client.send(publish(kV5, "t", "x", Qos::ExactlyOnce, 3));
    client.send(publish(kV5, "$t", "x", Qos::ExactlyOnce, 4));
    client.send(publish(kV5, "$t", "x", Qos::AtLeastOnce, 5));
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 6));
    EXPECT_EQ(client.packets(), "");
    settle(client, 1);
    EXPECT_EQ(client.packets(), "PUBACK 1; PUBACK 2" + kRefused);
    settle(client, 77, port::SettledKind::Completed);
    EXPECT_EQ(client.packets(), "PUBCOMP 77");
    settle(client, 3, port::SettledKind::Recorded);
    EXPECT_EQ(client.packets(), "PUBREC 3; PUBREC 4" + kRefused + "; PUBACK 5" + kRefused);
    client.send(publish(kV5, "$t", "x", Qos::AtLeastOnce, 7));
    settle(client, 6);
    EXPECT_EQ(client.packets(), "PUBACK 6; PUBACK 7" + kRefused);
}

TEST(MqttServerPublish, mqtt_3_3_4_7_no_more_may_be_open_than_was_granted) {
    ServerConversation client{MqttPolicy{.receive_maximum = 3}};
    client.attach(kV5);
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 1));
    client.send(publish(kV5, "t", "x", Qos::ExactlyOnce, 2));
    client.send(publish(kV5, "$t", "x", Qos::ExactlyOnce, 3));
    client.send(publish(kV5, "t", "x"));
    EXPECT_TRUE(client.server().is_attached());
    settle(client, 1);                               // PUBACK ends it,
    settle(client, 2, port::SettledKind::Recorded);  // PUBREC does not, but does with an error
    EXPECT_EQ(client.packets(), "PUBACK 1; PUBREC 2; PUBREC 3" + kRefused);
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 4));
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 5));
    EXPECT_TRUE(client.server().is_attached());
    settle(client, 2, port::SettledKind::Completed);  // and PUBCOMP
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 6));
    EXPECT_TRUE(client.server().is_attached());
    client.requests();
    client.packets();
    client.send(publish(kV5, "t", "x", Qos::AtLeastOnce, 7));
    EXPECT_EQ(client.requests(), "detach (receive maximum exceeded) will");
    EXPECT_EQ(client.packets(),
              "DISCONNECT (receive maximum exceeded) 'more PUBLISHes than it may have open'");
}

TEST(MqttServerPublish, before_mqtt_5_a_client_with_too_much_open_is_not_read) {
    ServerConversation client{MqttPolicy{.receive_maximum = 1, .unsettled_max = 3}};
    client.attach(kV311);
    for (std::uint16_t id = 1; id <= 3; ++id) {
        EXPECT_TRUE(client.server().is_reading());
        client.send(publish(kV311, "t", "x", Qos::AtLeastOnce, id));
    }
    EXPECT_FALSE(client.server().is_reading());
    settle(client, 1);
    EXPECT_TRUE(client.server().is_reading());
    client.send(ack(kV311, PacketType::Pubrel, 50));
    EXPECT_FALSE(client.server().is_reading());
    settle(client, 50, port::SettledKind::Completed);
    EXPECT_TRUE(client.server().is_reading());
}

TEST(MqttServerPublish, topic_aliases_stand_for_topics) {
    ServerConversation client;
    client.attach(kV5);
    client.send(wire(kV5, Publish{.topic = "a", .payload = as_bytes("1"), .topic_alias = 10}));
    client.send(wire(kV5, Publish{.topic = "", .payload = as_bytes("2"), .topic_alias = 10}));
    client.send(wire(kV5, Publish{.topic = "b", .payload = as_bytes("3"), .topic_alias = 10}));
    client.send(wire(kV5, Publish{.topic = "", .payload = as_bytes("4"), .topic_alias = 10}));
    EXPECT_EQ(client.requests(),
              "publish 0 a=1 qos0; publish 0 a=2 qos0; publish 0 b=3 qos0; publish 0 b=4 qos0");
}

TEST(MqttServerPublish, topics_behind_aliases_and_known_ones_are_not_mixed_up) {
    ServerConversation client;
    client.attach(kV5);
    const auto expect_topic = [&](std::string_view topic) {
        const port::Message& message = *client.last<port::Publish>().message;
        EXPECT_EQ(message.topic(), topic);
        EXPECT_EQ(message.topic_hash(), port::hash_topic(topic));
    };
    client.send(wire(kV5, Publish{.topic = "a", .topic_alias = 1}));
    expect_topic("a");
    client.send(wire(kV5, Publish{.topic = "b"}));
    expect_topic("b");
    client.send(wire(kV5, Publish{.topic = "", .topic_alias = 1}));
    expect_topic("a");
    client.send(wire(kV5, Publish{.topic = "b", .topic_alias = 1}));
    expect_topic("b");
    client.send(wire(kV5, Publish{.topic = "b", .topic_alias = 2}));  // known by now
    expect_topic("b");
    client.send(wire(kV5, Publish{.topic = "", .topic_alias = 2}));
    expect_topic("b");
}

TEST(MqttServerPublish, an_alias_of_a_refused_topic_is_refused_too) {
    ServerConversation client;
    client.attach(kV5);
    client.send(wire(
        kV5, Publish{.topic = "$a", .packet_id = 1, .qos = Qos::AtLeastOnce, .topic_alias = 1}));
    client.send(
        wire(kV5, Publish{.topic = "", .packet_id = 2, .qos = Qos::AtLeastOnce, .topic_alias = 1}));
    EXPECT_EQ(client.packets(), "PUBACK 1" + kRefused + "; PUBACK 2" + kRefused);
    EXPECT_EQ(client.requests(), "");
}

TEST(MqttServerPublish, mqtt_3_3_2_7_8_9_aliases_out_of_place_end_the_connection) {
    struct Row {
        std::string_view topic;
        std::optional<std::uint16_t> alias;
        std::string_view packet;
    };
    for (const Row& row : {
             Row{"t", 11, "DISCONNECT (topic alias invalid) 'topic alias above the maximum'"},
             Row{"", 11, "DISCONNECT (topic alias invalid) 'topic alias above the maximum'"},
             Row{"", 1, "DISCONNECT (protocol error) 'a topic alias that was never set'"},
             Row{"", 9, "DISCONNECT (protocol error) 'a topic alias that was never set'"},
             Row{"", std::nullopt,
                 "DISCONNECT (protocol error) 'PUBLISH with neither topic nor alias'"},
         }) {
        ServerConversation client;
        client.attach(kV5);
        client.send(wire(kV5, Publish{.topic = "other", .topic_alias = 2}));
        client.requests();
        client.send(wire(kV5, Publish{.topic = row.topic, .topic_alias = row.alias}));
        EXPECT_EQ(client.packets(), row.packet);
        EXPECT_TRUE(client.requests().starts_with("detach ("));
    }
    ServerConversation client;
    client.attach(kV5);
    client.send(from_hex("30 07 00 01 74 03 23 00 00"));  // alias 0
    EXPECT_TRUE(client.packets().starts_with("DISCONNECT (topic alias invalid)")) << client.end();
}

TEST(MqttServerPublish, mqtt_3_3_2_7_aliases_end_with_the_connection) {
    ServerConversation client;
    client.attach(kV5);
    client.send(wire(kV5, Publish{.topic = "a", .topic_alias = 1}));
    client.relink();
    client.attach(kV5);
    client.send(wire(kV5, Publish{.topic = "", .topic_alias = 1}));
    EXPECT_EQ(client.requests(), "detach (protocol error) will");
}

TEST(MqttServerPublish, mqtt_3_3_2_15_to_20_what_travels_is_kept_and_what_does_not_is_not) {
    const ByteBuffer properties = section({{PropertyId::PayloadFormat, std::uint8_t{1}},
                                           {PropertyId::ContentType, "text"},
                                           {PropertyId::ResponseTopic, "answers"},
                                           {PropertyId::CorrelationData, "id"}},
                                          2);
    ServerConversation client;
    client.attach(kV5);
    const std::string kept = " +1=1 +3=text +8=answers +9=id +38=k:v +38=k:v";
    client.send(wire(kV5, Publish{.topic = "t", .properties = properties.bytes()}));
    EXPECT_EQ(client.requests(), "publish 0 t= qos0" + kept);
    client.send(wire(kV5, Publish{.topic = "t",
                                  .properties = properties.bytes(),
                                  .topic_alias = 1,
                                  .message_expiry = 30}));
    EXPECT_EQ(client.requests(), "publish 0 t= qos0 expires 30s" + kept);
    client.send(wire(kV5, Publish{.topic = "t", .message_expiry = 0xFFFFFFFF}));
    EXPECT_EQ(client.requests(), "publish 0 t= qos0 expires 4294967295s");
}

TEST(MqttServerPublish, a_text_payload_must_be_utf_8) {
    const ByteBuffer text = section({{PropertyId::PayloadFormat, std::uint8_t{1}}});
    const ByteBuffer bytes = section({{PropertyId::PayloadFormat, std::uint8_t{0}}});
    const std::string_view with_zero{"a\0\xC3\xA4", 4};
    ServerConversation client;
    client.attach(kV5);
    client.send(wire(
        kV5, Publish{.topic = "t", .payload = as_bytes(with_zero), .properties = text.bytes()}));
    client.send(
        wire(kV5, Publish{.topic = "t", .payload = as_bytes("\xFF"), .properties = bytes.bytes()}));
    EXPECT_EQ(client.requests(),
              "publish 0 t=" + std::string{with_zero} + " qos0 +1=1; publish 0 t=\xFF qos0 +1=0");
    Publish wrong{.topic = "t",
                  .payload = as_bytes("\xFF"),
                  .properties = text.bytes(),
                  .packet_id = 1,
                  .qos = Qos::AtLeastOnce};
    client.send(wire(kV5, wrong));
    wrong.packet_id = 2;
    wrong.qos = Qos::ExactlyOnce;
    client.send(wire(kV5, wrong));
    EXPECT_EQ(client.packets(),
              "PUBACK 1 (payload format invalid); PUBREC 2 (payload format "
              "invalid)");
    wrong.packet_id = 0;
    wrong.qos = Qos::AtMostOnce;
    client.send(wire(kV5, wrong));
    EXPECT_EQ(client.packets(), "DISCONNECT (payload format invalid) 'payload is not UTF-8'");
    EXPECT_EQ(client.requests(), "detach (payload format invalid) will");
}

TEST(MqttServerPublish, mqtt_3_3_2_14_a_response_topic_is_a_topic_name) {
    for (const std::string_view response : {"a/#", "+", ""}) {
        const ByteBuffer properties = section({{PropertyId::ResponseTopic, response}});
        ServerConversation client;
        client.attach(kV5);
        client.send(wire(kV5, Publish{.topic = "t",
                                      .properties = properties.bytes(),
                                      .packet_id = 1,
                                      .qos = Qos::AtLeastOnce}));
        EXPECT_EQ(client.packets(), "DISCONNECT (protocol error) 'response topic not valid'");
        EXPECT_EQ(client.requests(), "detach (protocol error) will");
    }
}

TEST(MqttServerPublish, user_properties_are_limited) {
    const ByteBuffer allowed = section({}, 100);
    const ByteBuffer too_many = section({}, 101);
    ServerConversation client;
    client.attach(kV5);
    client.send(wire(kV5, Publish{.topic = "t", .properties = allowed.bytes()}));
    EXPECT_TRUE(client.requests().starts_with("publish 0"));
    client.send(wire(kV5, Publish{.topic = "t",
                                  .properties = too_many.bytes(),
                                  .packet_id = 1,
                                  .qos = Qos::AtLeastOnce}));
    EXPECT_EQ(client.packets(), "PUBACK 1 (quota exceeded)");
    client.send(wire(kV5, Publish{.topic = "t", .properties = too_many.bytes()}));
    EXPECT_EQ(client.packets(), "DISCONNECT (quota exceeded) 'too many user properties'");
}

TEST(MqttServerPublish, mqtt_3_3_4_6_a_client_sends_no_subscription_ids) {
    ServerConversation client;
    client.attach(kV5);
    client.send(from_hex("30 06 00 01 74 02 0b 01"));
    EXPECT_TRUE(client.packets().starts_with("DISCONNECT (protocol error)"));
}

}  // namespace
}  // namespace kleber::connection
