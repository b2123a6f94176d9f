// Chapters 3.3.1, 3.3.2.1, 3.3.4: the flags of PUBLISH, its topic, its answer.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Publish : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Publish, kEveryVersion, version_name);

class Publish5 : public Conversation {};

TEST_P(Publish, mqtt311_3_3_1_1_mqtt5_3_3_1_1_a_repeat_is_marked) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    b.publish("t", "one", {.qos = kQos1});
    b.publish("t", "two", {.qos = kQos2});
    for (const ReceivedMessage& message : a.messages()) EXPECT_FALSE(message.dup);
    a.drop();
    a.connect(lasting());
    const std::vector<ReceivedMessage> repeated = a.messages();
    ASSERT_EQ(repeated.size(), 2U);
    EXPECT_TRUE(repeated[0].dup);
    EXPECT_TRUE(repeated[1].dup);
}

TEST_P(Publish, mqtt311_3_3_1_2_mqtt5_3_3_1_2_dup_at_qos_0_closes_the_connection) {
    TestClient& a = join("a");
    a.send_wire("38 ( <t>" + none() + "'x' )");
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_P(Publish, mqtt311_3_3_1_3_mqtt5_3_3_1_3_dup_is_not_passed_on) {
    TestClient& a = join("a");
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    b.publish("t", "x", {.qos = kQos1, .dup = true});
    b.publish("t", "y", {.qos = kQos2, .dup = true});
    const std::vector<ReceivedMessage> messages = a.messages();
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_FALSE(messages[0].dup);
    EXPECT_FALSE(messages[1].dup);
}

TEST_P(Publish, mqtt311_3_3_1_4_mqtt5_3_3_1_4_qos_3_closes_the_connection) {
    for (const std::string_view first : {"36", "37", "3E"}) {
        TestClient& a = join("a");
        a.send_wire(std::string{first} + " ( <t> 00 01" + none() + "'x' )");
        a.expect_closed(ReasonCode::MalformedPacket);
    }
}

TEST_P(Publish, mqtt311_3_3_2_1_mqtt5_3_3_2_1_the_topic_comes_first_and_is_text) {
    TestClient& a = join("a");
    a.send_wire("30 ( 00 02 C3 28" + none() + ")");
    a.expect_closed(ReasonCode::MalformedPacket);
    TestClient& b = join("b");
    b.send_wire("30 ( 00 09 't' )");
    b.expect_closed(ReasonCode::MalformedPacket);
    TestClient& c = join("c");
    c.send_wire("30 00");
    c.expect_closed(ReasonCode::MalformedPacket);
}

TEST_P(Publish, mqtt311_3_3_2_2_mqtt5_3_3_2_2_mqtt311_4_7_1_1_mqtt5_4_7_0_1_no_wildcards) {
    for (const std::string_view topic : {"a/+", "#", "+", "a+b", "a/#", "a#"}) {
        SCOPED_TRACE(topic);
        TestClient& a = join("a");
        a.send_publish(topic, "x");
        a.expect_closed(ReasonCode::TopicNameInvalid);
    }
}

TEST_P(Publish, mqtt311_3_3_2_3_mqtt5_3_3_2_3_the_topic_is_the_publishers) {
    TestClient& a = join("a");
    a.subscribe("+/b/#");
    TestClient& b = join("b");
    b.publish("a/b", "1");
    b.publish("/b/c//d", "2");
    b.publish("a/c", "not matching");
    a.expect_message("a/b", "1");
    a.expect_message("/b/c//d", "2");
    a.expect_nothing();
}

TEST_P(Publish, mqtt311_3_3_4_1_mqtt5_3_3_4_1_is_answered_as_its_qos_says) {
    TestClient& a = join("a");
    a.send_publish("t", "x");
    a.expect_nothing();
    const auto id1 = a.send_publish("t", "x", {.qos = kQos1});
    const auto nobody = is_v5() ? ReasonCode::NoMatchingSubscribers : ReasonCode::Success;
    a.expect_ack(PacketType::Puback, id1, nobody);
    const auto id2 = a.send_publish("t", "x", {.qos = kQos2});
    a.expect_ack(PacketType::Pubrec, id2, nobody);
    a.expect_nothing();
}

TEST_P(Publish, mqtt311_3_3_5_1_mqtt5_3_3_4_2_overlapping_subscriptions_give_one_copy_of_the_best) {
    TestClient& a = join("a");
    a.subscribe("t/#", kQos0);
    a.subscribe("t/+", kQos2);
    a.subscribe("t/1", kQos1);
    join("b").publish("t/1", "x", {.qos = kQos2});
    EXPECT_EQ(a.expect_message("t/1", "x").qos, kQos2);
    a.expect_nothing();
}

TEST_P(Publish, mqtt311_3_3_5_2_what_is_not_allowed_is_acknowledged_and_ignored) {
    TestClient& witness = join("witness");
    witness.subscribe("$SYS/#");
    witness.messages();
    TestClient& a = join("a");
    witness.messages();
    const auto refused = is_v5() ? ReasonCode::NotAuthorized : ReasonCode::Success;
    const auto id = a.send_publish("$SYS/broker/version", "mine", {.qos = kQos1});
    a.expect_ack(PacketType::Puback, id, refused);
    const auto second = a.send_publish("$SYS/broker/version", "mine", {.qos = kQos2});
    a.expect_ack(PacketType::Pubrec, second, refused);
    a.publish("$SYS/broker/version", "mine");
    a.expect_alive();
    witness.expect_nothing();
}

TEST_P(Publish, an_empty_payload_is_a_message) {
    TestClient& a = join("a");
    a.subscribe("t");
    a.publish("t", "");
    a.expect_message("t", "");
}

TEST_P(Publish, a_packet_above_the_maximum_is_refused_before_its_body_came) {
    MqttPolicy policy;
    policy.packet_bytes_max = 1000;
    TestClient& a = client("a", &policy);
    a.connect();
    a.send_wire("30 E6 07");  // 998 bytes follow
    EXPECT_TRUE(a.link().is_closed());
    a.expect_closed(ReasonCode::PacketTooLarge);
}

TEST_F(Publish5, mqtt5_3_3_4_3_mqtt5_3_3_4_4_one_copy_has_all_subscription_ids) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe({.filter = "t/#"}, 1);
    a.subscribe({.filter = "t/+"}, 268'435'455);
    a.subscribe({.filter = "t/1"});
    a.subscribe({.filter = "other"}, 7);
    join(Version::V5, "b").publish("t/1", "x");
    EXPECT_THAT(a.expect_message("t/1", "x").subscription_ids,
                testing::UnorderedElementsAre(1U, 268'435'455U));
    a.expect_nothing();
}

TEST_F(Publish5, mqtt5_3_3_4_3_a_retained_message_has_the_id_of_its_subscription) {
    TestClient& a = join(Version::V5, "a");
    a.publish("t", "kept", {.retain = true});
    a.subscribe({.filter = "t"}, 9);
    EXPECT_THAT(a.expect_message("t", "kept").subscription_ids, testing::ElementsAre(9U));
}

TEST_F(Publish5, mqtt5_3_3_4_3_a_new_subscription_replaces_the_id_of_the_old) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe({.filter = "t"}, 1);
    a.subscribe({.filter = "t"}, 2);
    a.publish("t", "x");
    EXPECT_THAT(a.expect_message().subscription_ids, testing::ElementsAre(2U));
    a.subscribe({.filter = "t"});
    a.publish("t", "y");
    EXPECT_TRUE(a.expect_message().subscription_ids.empty());
}

TEST_F(Publish5, mqtt5_3_3_4_6_a_subscription_id_from_a_client_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("30 ( <t> ( 0B 01 ) 'x' )");
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_F(Publish5, nobody_there_is_told) {
    TestClient& a = join(Version::V5, "a");
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos1}), ReasonCode::NoMatchingSubscribers);
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos2}), ReasonCode::NoMatchingSubscribers);
    join(Version::V5, "b").subscribe("t");
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos1}), ReasonCode::Success);
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos2}), ReasonCode::Success);
}

}  // namespace
}  // namespace kleber::conformance
