// Chapters 3.1.2.11, 3.3.4, 4.9: how much may be under way, and how large.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Flow : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Flow, kEveryVersion, version_name);

class Flow5 : public Conversation {
  protected:
    // `count` messages wait for a subscriber that takes `receive_maximum` at a time.
    TestClient& receiver(std::uint16_t receive_maximum, int count, Qos qos) {
        mqtt::Connect connect = lasting();
        connect.receive_maximum = receive_maximum;
        TestClient& a = join(Version::V5, "a", connect);
        a.subscribe("t", kQos2);
        TestClient& b = join(Version::V5, "b");
        for (int number = 0; number < count; ++number) {
            b.publish("t", std::to_string(number), {.qos = qos});
        }
        return a;
    }
};

TEST_F(Flow5, mqtt5_3_3_4_9_mqtt5_4_9_0_1_mqtt5_4_9_0_2_no_more_than_the_client_takes) {
    for (const Qos qos : {kQos1, kQos2}) {
        TestClient& a = receiver(3, 10, qos);
        const std::vector<ReceivedMessage> first = a.messages();
        ASSERT_EQ(first.size(), 3U);
        a.acknowledge(first[0]);
        a.expect_message("t", "3");
        a.acknowledge(first[1]);
        a.expect_message("t", "4");
        a.expect_nothing();
        a.disconnect();
        world.advance(std::chrono::hours{2});
    }
}

TEST_F(Flow5, mqtt5_3_3_4_9_mqtt5_4_9_0_2_after_a_resume_too) {
    TestClient& a = receiver(10, 10, kQos2);
    EXPECT_EQ(a.messages().size(), 10U);
    a.drop();
    mqtt::Connect connect = lasting();
    connect.receive_maximum = 2;
    a.connect(connect);
    const std::vector<ReceivedMessage> first = a.messages();
    EXPECT_THAT(payloads(first), testing::ElementsAre("0", "1"));
    a.acknowledge(first.at(0));
    EXPECT_THAT(payloads(a.messages()), testing::ElementsAre("2"));
}

TEST_F(Flow5, mqtt5_4_9_0_2_a_pubrec_that_refuses_makes_room) {
    TestClient& a = receiver(1, 3, kQos2);
    const ReceivedMessage first = a.expect_message("t", "0");
    a.expect_nothing();
    a.send_ack(PacketType::Pubrec, first.packet_id, ReasonCode::QuotaExceeded);
    const ReceivedMessage second = a.expect_message("t", "1");
    a.send_ack(PacketType::Pubrec, second.packet_id);
    a.expect_ack(PacketType::Pubrel, second.packet_id);
    a.expect_nothing();  // one that does not refuse makes none yet
    a.send_ack(PacketType::Pubcomp, second.packet_id);
    a.expect_message("t", "2");
}

TEST_F(Flow5, mqtt5_3_3_4_10_mqtt5_4_9_0_3_everything_else_goes_on) {
    TestClient& a = receiver(1, 5, kQos1);
    a.expect_message("t", "0");
    a.expect_alive();
    EXPECT_EQ(a.subscribe("u"), ReasonCode::GrantedQos2);
    a.publish("u", "qos 0");
    EXPECT_EQ(a.unsubscribe("u"), ReasonCode::Success);
    EXPECT_EQ(a.publish("v", "x", {.qos = kQos2}), ReasonCode::NoMatchingSubscribers);
}

TEST_F(Flow5, mqtt5_3_3_4_7_more_than_the_server_takes_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    for (mqtt::PacketId id = 1; id <= 20; ++id) {
        a.send_publish(id, "t", "x", {.qos = kQos2});
        EXPECT_EQ(a.expect<mqtt::Ack>().packet_id, id);
    }
    a.send_publish("u", "qos 0 does not count");
    a.expect_alive();
    a.send_publish(21, "t", "x", {.qos = kQos2});
    a.expect_closed(ReasonCode::ReceiveMaximumExceeded);
}

TEST_F(Flow5, mqtt5_3_3_4_7_mqtt5_4_9_0_1_acknowledged_ones_make_room) {
    TestClient& a = join(Version::V5, "a");
    for (int round = 0; round < 100; ++round) {
        a.publish("t", "x", {.qos = round % 2 == 0 ? kQos2 : kQos1});
    }
    a.expect_alive();
}

TEST_F(Flow5, mqtt5_3_1_2_24_mqtt5_3_1_2_25_what_is_too_large_for_a_client_is_not_sent) {
    TestClient& a = join(Version::V5, "a", {.maximum_packet_size = 50});
    a.subscribe("t", kQos2);
    TestClient& other = join(Version::V5, "other");
    other.subscribe("t", kQos2);
    TestClient& b = join(Version::V5, "b");
    const std::string large(60, 'x');
    for (const Qos qos : {kQos0, kQos1, kQos2}) {
        b.publish("t", large, {.qos = qos});
        b.publish("t", "small", {.qos = qos});
        a.acknowledge(a.expect_message("t", "small"));
        const std::vector<ReceivedMessage> both = other.messages();
        EXPECT_THAT(payloads(both), testing::ElementsAre(large, "small"));
        for (const ReceivedMessage& message : both) other.acknowledge(message);
    }
    // As if it had been sent: nothing of it is left.
    for (const port::ClientRow& row : world.clients()) EXPECT_EQ(row.in_flight, 0U);
}

TEST_F(Flow5, mqtt5_3_1_2_24_the_limit_counts_the_whole_packet) {
    TestClient& a = join(Version::V5, "a", {.maximum_packet_size = 20});
    a.subscribe("t");
    a.publish("t", std::string(14, 'x'));  // 2 of header, 3 of topic, 1 of properties
    EXPECT_EQ(a.link().receive_bytes().size(), 20U);
    a.publish("t", std::string(15, 'x'));
    a.expect_nothing();
}

TEST_F(Flow5, mqtt5_3_1_2_24_what_must_be_said_but_does_not_fit_ends_the_connection) {
    TestClient& a = client(Version::V5, "a");
    a.open();
    a.send(mqtt::Connect{.client_id = "a", .maximum_packet_size = 5});
    a.expect_closed_silently();
    TestClient& b = join(Version::V5, "b", {.maximum_packet_size = 30});
    b.send_subscribe(std::vector<Subscription>(40, Subscription{.filter = "t"}));
    b.expect_closed(ReasonCode::PacketTooLarge);
}

TEST_F(Flow5, mqtt5_3_14_2_3_mqtt5_3_14_2_4_a_disconnect_fits_too) {
    TestClient& a = join(Version::V5, "a", {.maximum_packet_size = 25});
    a.send_wire("36 ( <t> 00 01 00 )");
    a.expect_closed(ReasonCode::MalformedPacket);
}

TEST_P(Flow, a_slow_receiver_costs_only_itself) {
    MqttPolicy policy;
    policy.queue = {.messages_max = 10, .bytes_max = 1 << 20, .policy = port::DropPolicy::Oldest};
    policy.send_window = {.slots = 20, .bytes = 1000};
    TestClient& slow = client("slow", &policy);
    slow.connect();
    slow.subscribe("t");
    slow.link().set_window(0);
    TestClient& fast = join("fast");
    fast.subscribe("t");
    TestClient& b = join("b");
    const std::string payload(200, 'x');
    for (int number = 0; number < 100; ++number) b.publish("t", payload);
    EXPECT_EQ(fast.messages().size(), 100U);
    slow.link().set_window(support::Wire::kUnlimited);
    world.settle();
    const std::size_t got = slow.messages().size();
    EXPECT_GE(got, 10U);
    EXPECT_LE(got, 20U);
    const auto full = static_cast<std::size_t>(port::DropReason::QueueFull);
    EXPECT_EQ(world.statistics().dropped[full] + got, 100U);
    b.publish("t", "and again");
    EXPECT_EQ(slow.expect_message().payload, "and again");
}

TEST_P(Flow, large_messages_arrive_whole) {
    TestClient& a = join("a");
    a.subscribe("t", kQos1);
    std::string payload(300'000, 'x');
    payload.front() = '<';
    payload.back() = '>';
    TestClient& b = join("b");
    b.publish("t", payload, {.qos = kQos1});
    EXPECT_EQ(a.expect_message().payload, payload);
}

}  // namespace
}  // namespace kleber::conformance
