// Chapters 3.8 to 3.11: subscriptions that come, change and go.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Subscribe : public EveryVersion {
  protected:
    void expect_closed(const std::string& wire, ReasonCode reason, support::Where where = {}) {
        SCOPED_TRACE(wire);
        TestClient& a = join("a");
        a.send_wire(wire);
        a.expect_closed(reason, where);
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Subscribe, kEveryVersion, version_name);

class Subscribe5 : public Conversation {};
class Subscribe311 : public Conversation {};

TEST_P(Subscribe, mqtt311_3_8_1_1_mqtt5_3_8_1_1_other_flags_close_the_connection) {
    for (const std::string_view first : {"80", "81", "83", "86"}) {
        expect_closed(std::string{first} + "( 00 01" + none() + "<t> 00 )",
                      ReasonCode::MalformedPacket);
    }
}

TEST_P(Subscribe, mqtt311_3_8_3_1_mqtt5_3_8_3_1_filters_are_text) {
    expect_closed("82 ( 00 01" + none() + "00 02 C3 28 00 )", ReasonCode::MalformedPacket);
    expect_closed("82 ( 00 01" + none() + "00 09 't' )", ReasonCode::MalformedPacket);
}

TEST_P(Subscribe, mqtt311_3_8_3_3_mqtt5_3_8_3_2_there_is_a_filter) {
    expect_closed("82 ( 00 01" + none() + ")", ReasonCode::ProtocolError);
}

TEST_P(Subscribe, mqtt311_3_8_3_4_a_requested_qos_of_3_closes_the_connection) {
    expect_closed("82 ( 00 01" + none() + "<t> 03 )", ReasonCode::ProtocolError);
}

TEST_P(Subscribe, mqtt311_3_8_3_4_mqtt5_3_8_3_5_reserved_bits_close_the_connection) {
    expect_closed("82 ( 00 01" + none() + "<t> 40 )", ReasonCode::MalformedPacket);
    expect_closed("82 ( 00 01" + none() + "<t> 80 )", ReasonCode::MalformedPacket);
    if (is_v5()) return;
    expect_closed("82 ( 00 01 <t> 04 )", ReasonCode::MalformedPacket);
}

TEST_P(Subscribe, mqtt311_3_8_4_1_mqtt311_3_8_4_2_mqtt5_3_8_4_1_mqtt5_3_8_4_2_suback_answers) {
    TestClient& a = join("a");
    a.send_wire("82 ( AB CD" + none() + "<t> 01 )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("90 ( AB CD" + none() + "01 )"));
}

TEST_P(Subscribe, mqtt311_3_8_4_3_mqtt5_3_8_4_3_mqtt5_3_8_4_4_the_same_filter_replaces) {
    TestClient& a = join("a");
    a.publish("t", "kept", {.qos = kQos2, .retain = true});
    a.subscribe("t", kQos2);
    EXPECT_EQ(a.expect_message("t", "kept").qos, kQos2);
    a.subscribe("t", kQos0);
    EXPECT_EQ(a.expect_message("t", "kept").qos, kQos0);  // sent again
    join("b").publish("t", "x", {.qos = kQos2});
    EXPECT_EQ(a.expect_message("t", "x").qos, kQos0);
    a.expect_nothing();
    EXPECT_EQ(world.statistics().subscriptions, 1U);
}

TEST_P(Subscribe, mqtt311_3_8_4_3_mqtt5_3_8_4_4_nothing_is_lost_by_replacing) {
    TestClient& a = join("a");
    a.subscribe("t", kQos1);
    TestClient& b = join("b");
    for (int number = 0; number < 60; ++number) {
        b.publish("t", std::to_string(number), {.qos = kQos1});
    }
    // Most of them wait for acknowledgements while the subscription is replaced.
    std::vector<ReceivedMessage> got = a.messages();
    a.subscribe("t", kQos1);
    for (std::size_t index = 0; index < got.size(); ++index) {
        a.acknowledge(got[index]);
        for (ReceivedMessage& more : a.messages()) got.push_back(std::move(more));
    }
    ASSERT_EQ(got.size(), 60U);
    for (int number = 0; number < 60; ++number) {
        EXPECT_EQ(got[static_cast<std::size_t>(number)].payload, std::to_string(number));
    }
}

TEST_P(Subscribe, mqtt311_3_8_4_4_mqtt311_3_8_4_5_mqtt311_3_9_3_1_mqtt5_3_8_4_5_several_filters) {
    TestClient& a = join("a");
    a.send_subscribe({{.filter = "a", .qos = kQos2},
                      {.filter = "b", .qos = kQos0},
                      {.filter = "c/#", .qos = kQos1},
                      {.filter = "a", .qos = kQos1}});
    const auto suback = a.expect<mqtt::Suback>();
    EXPECT_THAT(suback.reason_codes, testing::ElementsAre(2, 0, 1, 1));
    a.expect_nothing();
    TestClient& b = join("b");
    for (const std::string_view topic : {"a", "b", "c/d"}) b.publish(topic, "x", {.qos = kQos2});
    EXPECT_EQ(a.expect_message("a", "x").qos, kQos1);  // the last of the two
    EXPECT_EQ(a.expect_message("b", "x").qos, kQos0);
    EXPECT_EQ(a.expect_message("c/d", "x").qos, kQos1);
}

TEST_P(Subscribe, mqtt5_3_8_4_6_mqtt5_3_9_3_1_mqtt5_3_8_4_7_a_code_for_each_filter_in_order) {
    world.broker().set_limits({.subscriptions_max = 2});
    TestClient& a = join("a");
    a.send_subscribe({{.filter = "a", .qos = kQos1},
                      {.filter = "b", .qos = kQos2},
                      {.filter = "c", .qos = kQos1},
                      {.filter = "a", .qos = kQos0}});
    const auto suback = a.expect<mqtt::Suback>();
    const std::uint8_t refused = is_v31() ? 0x00 : is_v5() ? 0x97 : 0x80;
    EXPECT_THAT(suback.reason_codes, testing::ElementsAre(1, 2, refused, 0));
    join("b").publish("c", "x");
    a.expect_nothing();
}

TEST_P(Subscribe, mqtt311_3_8_4_6_mqtt5_3_8_4_8_qos_is_the_lesser_of_published_and_granted) {
    TestClient& a = join("a");
    a.subscribe("0", kQos0);
    a.subscribe("1", kQos1);
    a.subscribe("2", kQos2);
    TestClient& b = join("b");
    for (const Qos published : {kQos0, kQos1, kQos2}) {
        for (const Qos granted : {kQos0, kQos1, kQos2}) {
            b.publish(std::to_string(static_cast<int>(granted)), "x", {.qos = published});
            const ReceivedMessage message = a.expect_message();
            EXPECT_EQ(message.qos, std::min(published, granted));
            a.acknowledge(message);
        }
    }
}

TEST_F(Subscribe311, mqtt311_3_9_3_2_a_failure_is_0x80) {
    MqttPolicy policy;
    policy.topic_levels_max = 3;
    TestClient& a = client(Version::V311, "a", &policy);
    a.connect();
    a.send_wire("82 ( 00 01 <a/b/c> 02 <a/b/c/d> 02 )");
    EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("90 ( 00 01 02 80 )"));
    a.expect_alive();
}

TEST_F(Subscribe5, mqtt5_3_9_3_2_reason_codes_are_those_of_suback) {
    MqttPolicy policy;
    policy.topic_levels_max = 3;
    TestClient& a = client(Version::V5, "a", &policy);
    a.connect();
    EXPECT_EQ(a.subscribe("a/b/c/d"), ReasonCode::TopicFilterInvalid);
    EXPECT_EQ(a.subscribe("$share/group/a/b/c/d"), ReasonCode::TopicFilterInvalid);
    EXPECT_EQ(a.subscribe("a/b/c"), ReasonCode::GrantedQos2);
}

TEST_F(Subscribe5, mqtt5_3_8_3_3_no_local_keeps_ones_own_away) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.subscribe({.filter = "t", .no_local = true});
    a.subscribe({.filter = "u"});
    TestClient& b = join(Version::V5, "b");
    b.subscribe({.filter = "t", .no_local = true});
    a.publish("t", "mine");
    b.expect_message("t", "mine");
    a.expect_nothing();
    a.publish("u", "mine, too");
    a.expect_message("u", "mine, too");
    b.publish("t", "theirs");
    a.expect_message("t", "theirs");
    // The client id counts, not the connection.
    a.publish("t", "retained", {.qos = kQos1, .retain = true});
    b.expect_message("t", "retained");
    a.drop();
    a.connect(lasting());
    a.subscribe({.filter = "t", .no_local = true});
    a.expect_nothing();
}

TEST_F(Subscribe5, mqtt5_3_8_3_3_another_subscription_may_still_bring_ones_own) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe({.filter = "t/#", .qos = kQos2, .no_local = true}, 1);
    a.subscribe({.filter = "t/+", .qos = kQos1}, 2);
    a.send_publish("t/1", "x", {.qos = kQos2});
    const ReceivedMessage message = a.expect_message("t/1", "x");
    EXPECT_EQ(message.qos, kQos1);
    EXPECT_THAT(message.subscription_ids, testing::ElementsAre(2U));
}

TEST_F(Subscribe5, retain_handling_3_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("82 ( 00 01 00 <t> 30 )");
    a.expect_closed(ReasonCode::ProtocolError);
}

// -- UNSUBSCRIBE

TEST_P(Subscribe, mqtt311_3_10_1_1_mqtt5_3_10_1_1_other_flags_of_unsubscribe_close) {
    for (const std::string_view first : {"A0", "A1", "A3", "A6"}) {
        expect_closed(std::string{first} + "( 00 01" + none() + "<t> )",
                      ReasonCode::MalformedPacket);
    }
}

TEST_P(Subscribe, mqtt311_3_10_3_1_mqtt5_3_10_3_1_filters_of_unsubscribe_are_text) {
    expect_closed("A2 ( 00 01" + none() + "00 02 C3 28 )", ReasonCode::MalformedPacket);
}

TEST_P(Subscribe, mqtt311_3_10_3_2_mqtt5_3_10_3_2_unsubscribe_has_a_filter) {
    expect_closed("A2 ( 00 01" + none() + ")", ReasonCode::ProtocolError);
}

TEST_P(Subscribe, mqtt311_3_10_4_1_mqtt5_3_10_4_1_filters_are_compared_by_character) {
    TestClient& a = join("a");
    for (const std::string_view filter : {"a/+", "a/b", "a/#", "A/b"}) a.subscribe(filter);
    a.unsubscribe("a/+");
    EXPECT_EQ(world.statistics().subscriptions, 3U);
    a.unsubscribe("a/B");
    a.unsubscribe("+/b");
    a.unsubscribe("#");
    EXPECT_EQ(world.statistics().subscriptions, 3U);
    for (const std::string_view filter : {"a/b", "a/#", "A/b"}) a.unsubscribe(filter);
    EXPECT_EQ(world.statistics().subscriptions, 0U);
    a.publish("a/b", "x");
    a.expect_nothing();
}

TEST_P(Subscribe, mqtt311_3_10_4_2_mqtt5_3_10_4_2_nothing_new_comes_after_unsubscribe) {
    TestClient& a = join("a");
    a.publish("t", "kept", {.qos = kQos1, .retain = true});
    a.subscribe("t", kQos1);
    a.acknowledge(a.expect_message("t", "kept"));
    a.unsubscribe("t");
    join("b").publish("t", "x", {.qos = kQos1});
    a.expect_alive();
}

TEST_P(Subscribe, mqtt311_3_10_4_2_mqtt5_3_10_4_2_nor_do_retained_messages_not_yet_sent) {
    TestClient& a = join("a");
    for (int number = 0; number < 30; ++number) {
        a.publish("t/" + std::to_string(number), "x", {.qos = kQos1, .retain = true});
    }
    a.subscribe("t/#", kQos1);
    const std::vector<ReceivedMessage> sent = a.messages();
    ASSERT_EQ(sent.size(), 20U);
    a.unsubscribe("t/#");
    for (const ReceivedMessage& message : sent) a.acknowledge(message);
    a.expect_nothing();
}

TEST_P(Subscribe, mqtt311_3_10_4_3_mqtt5_3_10_4_3_what_was_begun_is_completed) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    b.publish("t", "one", {.qos = kQos1});
    b.publish("t", "two", {.qos = kQos2});
    const std::vector<ReceivedMessage> begun = a.messages();
    a.unsubscribe("t");
    a.acknowledge(begun.at(1));
    a.drop();
    a.connect(lasting());
    const ReceivedMessage again = a.expect_message("t", "one");
    EXPECT_TRUE(again.dup);
    a.acknowledge(again);
    a.expect_alive();
}

TEST_P(Subscribe, mqtt311_3_10_4_4_mqtt311_3_10_4_5_mqtt5_3_10_4_4_mqtt5_3_10_4_5_unsuback) {
    TestClient& a = join("a");
    a.send_wire("A2 ( AB CD" + none() + "<never/subscribed> )");
    const std::string code = is_v5() ? "11" : "";
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("B0 ( AB CD" + none() + code + " )"));
}

TEST_P(Subscribe, mqtt311_3_10_4_6_mqtt5_3_10_4_6_mqtt5_3_11_3_1_several_filters_one_answer) {
    TestClient& a = join("a");
    a.subscribe("a");
    a.subscribe("b");
    a.subscribe("c");
    a.send_unsubscribe({"c", "x", "a", "a"});
    const auto unsuback = a.expect<mqtt::Unsuback>();
    if (is_v5()) {
        EXPECT_THAT(unsuback.reason_codes, testing::ElementsAre(0x00, 0x11, 0x00, 0x11));
    }
    a.expect_nothing();
    TestClient& b = join("b");
    for (const std::string_view topic : {"a", "b", "c"}) b.publish(topic, "x");
    a.expect_message("b", "x");
    a.expect_nothing();
}

TEST_F(Subscribe5, mqtt5_3_11_3_2_reason_codes_are_those_of_unsuback) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe("t");
    EXPECT_EQ(a.unsubscribe("t"), ReasonCode::Success);
    EXPECT_EQ(a.unsubscribe("t"), ReasonCode::NoSubscriptionExisted);
    a.subscribe("$share/group/t");
    EXPECT_EQ(a.unsubscribe("t"), ReasonCode::NoSubscriptionExisted);
    EXPECT_EQ(a.unsubscribe("$share/group/t"), ReasonCode::Success);
}

}  // namespace
}  // namespace kleber::conformance
