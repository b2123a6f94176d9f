#include <gtest/gtest.h>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;
constexpr auto kAllVersions = {kV31, kV311, kV5};

std::unique_ptr<std::vector<ReasonCode>> codes(std::initializer_list<ReasonCode> list) {
    return std::make_unique<std::vector<ReasonCode>>(list);
}

TEST(MqttServerSubscribe, filters_and_options_are_passed_on) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(subscribe(version, 5,
                              {{.filter = "a/+/#", .qos = Qos::ExactlyOnce},
                               {.filter = "$share/g/x", .qos = Qos::AtLeastOnce},
                               {.filter = "$SYS/#"}}));
        EXPECT_EQ(client.requests(), "subscribe 5 a/+/#:2 $share/g/x:1 $SYS/#:0");
    }
    ServerConversation client;
    client.attach(kV5);
    client.send(
        subscribe(kV5, 1,
                  {{.filter = "a", .no_local = true},
                   {.filter = "b", .retain_as_published = true},
                   {.filter = "c",
                    .qos = Qos::AtLeastOnce,
                    .retain_handling = codec::mqtt::RetainHandling::SendIfNew},
                   {.filter = "d", .retain_handling = codec::mqtt::RetainHandling::DoNotSend}}));
    client.send(from_hex("82 09 00 02 02 0b 07 00 01 61 00"));
    EXPECT_EQ(client.requests(), "subscribe 1 a:0n b:0p c:1h1 d:0h2; subscribe 2 as 7 a:0");
}

TEST(MqttServerSubscribe, mqtt_3_8_4_5_the_brokers_codes_are_sent_in_order) {
    for (const auto& [version, packet] :
         {std::pair{kV5, "SUBACK 5 0 1 2 143"}, std::pair{kV311, "SUBACK 5 0 1 2 128"},
          std::pair{kV31, "SUBACK 5 0 1 2 0"}}) {
        ServerConversation client;
        client.attach(version);
        client.reply(port::Subscribed{
            .id = port::PacketId{5},
            .codes = codes({ReasonCode::Success, ReasonCode::GrantedQos1, ReasonCode::GrantedQos2,
                            ReasonCode::TopicFilterInvalid})});
        EXPECT_EQ(client.packets(), packet);
    }
}

TEST(MqttServerSubscribe, mqtt_3_11_3_the_codes_of_unsuback_are_for_mqtt_5) {
    for (const auto& [version, packet] :
         {std::pair{kV5, "UNSUBACK 6 0 17"}, std::pair{kV311, "UNSUBACK 6"},
          std::pair{kV31, "UNSUBACK 6"}}) {
        ServerConversation client;
        client.attach(version);
        client.send(unsubscribe(version, 6, {"a/#", "$share/g/b"}));
        EXPECT_EQ(client.requests(), "unsubscribe 6 a/# $share/g/b");
        client.reply(port::Unsubscribed{
            .id = port::PacketId{6},
            .codes = codes({ReasonCode::Success, ReasonCode::NoSubscriptionExisted})});
        EXPECT_EQ(client.packets(), packet);
    }
}

TEST(MqttServerSubscribe, mqtt_4_7_1_and_4_7_3_what_is_no_filter_ends_the_connection) {
    for (const auto version : kAllVersions) {
        for (const std::string_view filter : {"", "a#", "#/a", "a/b+", "+a/b"}) {
            for (const ByteBuffer& packet :
                 {subscribe(version, 1, {{.filter = "fine"}, {.filter = filter}}),
                  unsubscribe(version, 1, {"fine", filter})}) {
                ServerConversation client;
                client.attach(version);
                client.send(packet);
                EXPECT_EQ(client.requests(), "detach (topic filter invalid) will");
                EXPECT_EQ(client.packets(),
                          version == kV5
                              ? "DISCONNECT (topic filter invalid) 'topic filter not valid'"
                              : "");
                EXPECT_EQ(client.end(), "server: topic filter invalid: topic filter not valid");
            }
        }
    }
}

TEST(MqttServerSubscribe, mqtt_4_8_2_1_and_2_what_is_no_shared_subscription_ends_the_connection) {
    for (const auto version : kAllVersions) {
        for (const std::string_view filter : {"$share/", "$share/g", "$share/g/", "$share//x",
                                              "$share/+/x", "$share/g+/x", "$share/#"}) {
            for (const ByteBuffer& packet :
                 {subscribe(version, 1, {{.filter = filter}}), unsubscribe(version, 1, {filter})}) {
                ServerConversation client;
                client.attach(version);
                client.send(packet);
                EXPECT_EQ(client.requests(), "detach (topic filter invalid) will") << filter;
                EXPECT_TRUE(client.server().has_ended());
                EXPECT_EQ(client.packets().starts_with("DISCONNECT (topic filter invalid)"),
                          version == kV5);
            }
        }
    }
    ServerConversation client;
    client.attach(kV311);
    client.send(subscribe(kV311, 1, {{.filter = "$share"}, {.filter = "$shared/g"}}));
    EXPECT_EQ(client.requests(), "subscribe 1 $share:0 $shared/g:0") << "these are plain filters";
}

TEST(MqttServerSubscribe, mqtt_3_8_3_4_no_local_is_not_for_shared_subscriptions) {
    ServerConversation client;
    client.attach(kV5);
    client.send(subscribe(kV5, 1, {{.filter = "$share/g/x", .no_local = true}}));
    EXPECT_EQ(client.packets(), "DISCONNECT (protocol error) 'malformed SUBSCRIBE'");
    EXPECT_EQ(client.requests(), "detach (protocol error) will");
}

TEST(MqttServerSubscribe, filters_over_the_limits_are_handed_on_as_refused) {
    const std::string deep(65'535, '/');
    const std::string too_long(4097, 'x');
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(
            subscribe(version, 1, {{.filter = deep}, {.filter = "a"}, {.filter = too_long}}));
        EXPECT_EQ(client.requests(), "subscribe 1 " + deep.substr(0, 20) +
                                         ":0 (topic filter invalid) a:0 " + too_long.substr(0, 20) +
                                         ":0 (topic filter invalid)");
    }
}

TEST(MqttServerSubscribe, ten_thousand_filters_are_one_request) {
    ByteBuffer list;
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(codec::mqtt::append_subscription(list, {.filter = "f"}));
    }
    ServerConversation client;
    client.attach(kV311);
    client.send(wire(
        kV311, codec::mqtt::Subscribe{
                   .packet_id = 1, .subscriptions = codec::mqtt::SubscriptionList{list.bytes()}}));
    EXPECT_EQ(client.last<port::Subscribe>().details->filters.size(), 10'000U);
}

TEST(MqttServerSubscribe, malformed_ones_end_the_connection) {
    for (const char* bytes : {"82 02 00 01", "80 06 00 01 00 01 61 00", "82 06 00 01 00 01 61 03",
                              "82 06 00 00 00 01 61 00", "a2 02 00 01", "a0 05 00 01 00 01 61"}) {
        ServerConversation client;
        client.attach(kV311);
        client.send(from_hex(bytes));
        EXPECT_TRUE(client.requests().starts_with("detach (")) << bytes;
        EXPECT_EQ(client.packets(), "");
    }
}

TEST(MqttServerSubscribe, owed_answers_stop_the_reading) {
    ServerConversation client{MqttPolicy{.unsettled_max = 2}};
    client.attach(kV5);
    client.send(subscribe(kV5, 1, {{.filter = "a"}}));
    client.send(unsubscribe(kV5, 2, {"a"}));
    EXPECT_FALSE(client.server().is_reading());
    client.reply(port::Subscribed{.id = port::PacketId{1}, .codes = codes({ReasonCode::Success})});
    EXPECT_TRUE(client.server().is_reading());
    client.send(subscribe(kV5, 3, {{.filter = "a"}}));
    EXPECT_FALSE(client.server().is_reading());
    client.reply(
        port::Unsubscribed{.id = port::PacketId{2}, .codes = codes({ReasonCode::Success})});
    EXPECT_TRUE(client.server().is_reading());
}

TEST(MqttServerSubscribe, mqtt_3_1_2_24_an_answer_too_large_for_the_client_ends_the_connection) {
    for (const bool is_subscribe : {true, false}) {
        ServerConversation client;
        codec::mqtt::Connect packet = connect_packet(kV5);
        packet.maximum_packet_size = 30;
        client.attach(packet);
        auto many = std::make_unique<std::vector<ReasonCode>>(26, ReasonCode::Success);
        if (is_subscribe) {
            client.reply(port::Subscribed{.id = port::PacketId{1}, .codes = std::move(many)});
        } else {
            client.reply(port::Unsubscribed{.id = port::PacketId{1}, .codes = std::move(many)});
        }
        EXPECT_EQ(client.packets(), "DISCONNECT (packet too large)");
        EXPECT_EQ(client.requests(), "detach (packet too large) will");
    }
}

}  // namespace
}  // namespace kleber::connection
