#include <gtest/gtest.h>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

constexpr auto kV311 = ProtocolVersion::V311;
constexpr Duration kSecond{1000};

MqttPolicy policy_with(Rate rate) {
    MqttPolicy policy;
    policy.client_rate = rate;
    return policy;
}

ByteBuffer messages(int count) {
    ByteBuffer all;
    for (int index = 0; index < count; ++index) all.append(publish(kV311, "t", "12345").bytes());
    return all;
}

std::size_t count_of(const std::string& requests) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = requests.find("publish", at)) != std::string::npos; ++at)
        ++count;
    return count;
}

TEST(MqttServerRate, what_is_beyond_it_waits_and_nothing_is_lost) {
    ServerConversation client{policy_with({.messages = 10})};
    client.attach(kV311);
    client.send(messages(25));
    EXPECT_EQ(count_of(client.requests()), 11U) << "a second's worth, and what made it too much";
    EXPECT_TRUE(client.server().is_paused());
    EXPECT_FALSE(client.server().is_reading());
    EXPECT_EQ(client.server().deadline(), client.now() + kSecond / 10);

    std::size_t taken = 11;
    while (client.tail_bytes() > 0) {
        const SteadyTime at = client.server().deadline().value();
        client.wait(at - client.now());
        client.on_deadline();
        EXPECT_TRUE(client.server().is_reading());
        client.send(Bytes{});
        taken += count_of(client.requests());
    }
    EXPECT_EQ(taken, 25U);
    EXPECT_EQ(client.now(), SteadyTime{std::chrono::hours{1}} + 14 * kSecond / 10);
}

TEST(MqttServerRate, bytes_count_whatever_they_are) {
    ServerConversation client{policy_with({.bytes = 1024})};
    client.attach(kV311);
    client.send(publish(kV311, "t", std::string(2042, 'x')));
    EXPECT_EQ(count_of(client.requests()), 1U);
    EXPECT_EQ(client.server().deadline(), client.now() + kSecond) << "2,048 bytes";
}

TEST(MqttServerRate, pings_are_no_messages) {
    ServerConversation client{policy_with({.messages = 1})};
    client.attach(kV311);
    for (int count = 0; count < 100; ++count) client.send(from_hex("c0 00"));
    EXPECT_FALSE(client.server().is_paused());
}

TEST(MqttServerRate, clients_of_a_listener_share_its_rate) {
    MqttPolicy policy;
    policy.listener_rate = std::make_shared<RateMeter>(Rate{.messages = 10});
    ServerConversation first{policy};
    ServerConversation second{policy};
    first.attach(kV311);
    second.attach(kV311);
    first.send(messages(10));
    EXPECT_FALSE(first.server().is_paused());
    second.send(messages(1));
    EXPECT_TRUE(second.server().is_paused());
    policy.listener_rate->set({});
    first.send(messages(100));
    EXPECT_FALSE(first.server().is_paused()) << "as fast as they like, from now on";
}

TEST(MqttServerRate, a_client_that_is_paused_does_not_fall_silent) {
    ServerConversation client{policy_with({.messages = 1})};
    auto packet = connect_packet(kV311);
    packet.keep_alive = 1;
    client.attach(packet);
    client.send(messages(5));
    client.wait(kSecond);
    client.on_deadline();
    client.send(Bytes{});
    for (int count = 0; count < 3; ++count) {
        client.wait(client.server().deadline().value() - client.now());
        client.on_deadline();
        client.send(Bytes{});
        EXPECT_FALSE(client.server().has_ended()) << client.end();
    }
    EXPECT_EQ(count_of(client.requests()), 5U);
    EXPECT_FALSE(client.server().is_paused());
    // Its own second and a half begins when it is heard again.
    client.wait(Duration{1499});
    client.on_deadline();
    EXPECT_FALSE(client.server().has_ended());
    client.wait(Duration{1});
    client.on_deadline();
    EXPECT_TRUE(client.server().has_ended());
}

TEST(MqttServerRate, any_packet_may_be_the_last) {
    for (const bool is_listeners : {false, true}) {
        for (const char* last : {"e0 00", "10 00", "00 00", "30 00"}) {
            MqttPolicy policy;
            if (is_listeners) {
                policy.listener_rate = std::make_shared<RateMeter>(Rate{.messages = 1});
            } else {
                policy.client_rate = {.messages = 1};
            }
            ServerConversation client{policy};
            client.attach(kV311);
            client.send(from_hex(last));
            EXPECT_TRUE(client.server().has_ended()) << last;
            EXPECT_FALSE(client.server().is_paused());
        }
    }
}

TEST(MqttServerRate, who_comes_again_waits_as_the_others_do) {
    MqttPolicy policy;
    policy.listener_rate = std::make_shared<RateMeter>(Rate{.messages = 1});
    ServerConversation first{policy};
    first.attach(kV311);
    first.send(messages(2));
    ServerConversation second{policy};
    second.attach(kV311);
    EXPECT_TRUE(second.server().is_paused());
    EXPECT_EQ(second.server().deadline(), second.now() + kSecond);
    second.wait(kSecond);
    first.wait(kSecond);
    first.on_deadline();
    first.send(messages(1));
    second.on_deadline();
    EXPECT_TRUE(second.server().is_paused()) << "another one was quicker";
    second.wait(kSecond);
    second.on_deadline();
    EXPECT_FALSE(second.server().is_paused());
}

TEST(MqttServerRate, it_is_told_once) {
    ServerConversation client{policy_with({.messages = 1})};
    client.attach(kV311);
    client.send(messages(1));
    EXPECT_FALSE(client.server().take_first_pause());
    client.send(messages(1));
    EXPECT_TRUE(client.server().take_first_pause());
    EXPECT_FALSE(client.server().take_first_pause());
    client.wait(kSecond);
    client.on_deadline();
    client.send(messages(1));
    EXPECT_TRUE(client.server().is_paused());
    EXPECT_FALSE(client.server().take_first_pause());
}

TEST(MqttServerRate, it_may_end_while_it_is_paused) {
    for (const bool by_link : {false, true}) {
        ServerConversation client{policy_with({.messages = 1})};
        client.attach(kV311);
        client.send(messages(5));
        client.requests();
        if (by_link) {
            client.link_lost(ReasonCode::UnspecifiedError);
        } else {
            client.stop(ReasonCode::ServerShuttingDown);
        }
        EXPECT_TRUE(client.server().has_ended());
        EXPECT_EQ(client.server().deadline(), std::nullopt);
        EXPECT_TRUE(client.requests().starts_with("detach"));
    }
}

}  // namespace
}  // namespace kleber::connection
