// Chapter 3.3.1.3: retained messages.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Retained : public EveryVersion {
  protected:
    // What a new subscriber of the filter gets.
    std::vector<ReceivedMessage> retained(std::string_view filter, support::Where where = {}) {
        TestClient& fresh = join("fresh", {}, where);
        fresh.subscribe(filter, kQos2, where);
        return fresh.messages(where);
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Retained, kEveryVersion, version_name);

class Retained5 : public Conversation {};

TEST_P(Retained, mqtt311_3_3_1_5_mqtt5_3_3_1_5_the_last_is_kept_with_its_qos) {
    TestClient& a = join("a");
    a.publish("t", "one", {.qos = kQos0, .retain = true});
    a.publish("t", "two", {.qos = kQos2, .retain = true});
    a.publish("t", "three", {.qos = kQos1, .retain = true});
    const std::vector<ReceivedMessage> kept = retained("t");
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].payload, "three");
    EXPECT_EQ(kept[0].qos, kQos1);
}

TEST_P(Retained, mqtt311_3_1_2_7_they_outlive_the_session_of_their_publisher) {
    TestClient& a = join("a");
    a.publish("t", "kept", {.retain = true});
    a.disconnect();
    EXPECT_THAT(payloads(retained("t")), testing::ElementsAre("kept"));
}

TEST_P(Retained, mqtt311_3_3_1_6_mqtt5_3_3_1_9_a_new_subscription_gets_all_that_match) {
    TestClient& a = join("a");
    for (const std::string_view topic : {"a", "a/b", "a/b/c", "a/c", "b"}) {
        a.publish(topic, topic, {.qos = kQos1, .retain = true});
    }
    EXPECT_THAT(payloads(retained("a/+")), testing::UnorderedElementsAre("a/b", "a/c"));
    EXPECT_THAT(payloads(retained("a/#")),
                testing::UnorderedElementsAre("a", "a/b", "a/b/c", "a/c"));
    EXPECT_THAT(payloads(retained("b")), testing::ElementsAre("b"));
    EXPECT_THAT(payloads(retained("c")), testing::IsEmpty());
}

TEST_P(Retained, mqtt311_3_3_1_7_one_of_qos_0_takes_the_place_of_any) {
    TestClient& a = join("a");
    a.publish("t", "safe", {.qos = kQos2, .retain = true});
    a.publish("t", "fast", {.qos = kQos0, .retain = true});
    EXPECT_THAT(payloads(retained("t")), testing::ElementsAre("fast"));
}

TEST_P(Retained, mqtt311_3_3_1_8_the_flag_is_set_for_a_new_subscription) {
    join("a").publish("t", "x", {.retain = true});
    ASSERT_EQ(retained("t").size(), 1U);
    EXPECT_TRUE(retained("t")[0].retain);
}

TEST_P(Retained, mqtt311_3_3_1_9_mqtt5_3_3_1_12_the_flag_is_not_set_for_an_existing_subscription) {
    TestClient& a = join("a");
    a.subscribe("t");
    join("b").publish("t", "x", {.retain = true});
    EXPECT_FALSE(a.expect_message("t", "x").retain);
}

TEST_P(Retained, mqtt311_3_3_1_10_mqtt5_3_3_1_6_without_payload_it_clears_and_is_passed_on) {
    TestClient& a = join("a");
    a.publish("t", "x", {.retain = true});
    a.subscribe("t");
    EXPECT_EQ(a.messages().size(), 1U);
    a.publish("t", "", {.retain = true});
    a.expect_message("t", "");
    EXPECT_TRUE(retained("t").empty());
    EXPECT_EQ(world.statistics().retained_messages, 0U);
}

TEST_P(Retained, mqtt311_3_3_1_11_mqtt5_3_3_1_7_without_payload_it_is_not_kept) {
    join("a").publish("t", "", {.qos = kQos1, .retain = true});
    EXPECT_TRUE(retained("t").empty());
    EXPECT_EQ(world.statistics().retained_messages, 0U);
}

TEST_P(Retained, mqtt311_3_3_1_12_mqtt5_3_3_1_8_without_the_flag_nothing_is_kept_or_cleared) {
    TestClient& a = join("a");
    a.publish("other", "x", {.qos = kQos1});
    EXPECT_TRUE(retained("other").empty());
    a.publish("t", "kept", {.retain = true});
    a.publish("t", "passing", {.qos = kQos1});
    a.publish("t", "", {.qos = kQos1});
    EXPECT_THAT(payloads(retained("t")), testing::ElementsAre("kept"));
}

TEST_P(Retained, they_come_with_at_most_the_qos_granted) {
    TestClient& a = join("a");
    a.publish("t", "x", {.qos = kQos2, .retain = true});
    a.subscribe("t", kQos1);
    EXPECT_EQ(a.expect_message("t", "x").qos, kQos1);
}

TEST_P(Retained, more_than_the_window_takes_come_as_they_are_acknowledged) {
    TestClient& a = join("a");
    for (int number = 0; number < 50; ++number) {
        a.publish("t/" + std::to_string(number), "x", {.qos = kQos1, .retain = true});
    }
    TestClient& b = join("b");
    b.subscribe("t/#", kQos1);
    std::size_t count = 0;
    for (std::vector<ReceivedMessage> some = b.messages(); !some.empty(); some = b.messages()) {
        EXPECT_LE(some.size(), 20U);
        count += some.size();
        for (const ReceivedMessage& message : some) b.acknowledge(message);
    }
    EXPECT_EQ(count, 50U);
}

TEST_P(Retained, beyond_the_limit_they_are_not_kept) {
    world.broker().set_limits({.retained_messages_max = 1});
    TestClient& a = join("a");
    a.subscribe("#");
    a.publish("t/1", "x", {.retain = true});
    EXPECT_EQ(a.messages().size(), 1U);
    const auto id = a.send_publish("t/2", "y", {.qos = kQos1, .retain = true});
    a.expect_message("t/2", "y");  // it is passed on all the same
    a.expect_ack(PacketType::Puback, id, is_v5() ? ReasonCode::QuotaExceeded : ReasonCode::Success);
    EXPECT_THAT(payloads(retained("t/#")), testing::ElementsAre("x"));
}

TEST_F(Retained5, mqtt5_3_3_1_10_handling_1_sends_them_for_a_new_subscription_only) {
    TestClient& a = join(Version::V5, "a");
    a.publish("t", "x", {.retain = true});
    const Subscription if_new{.filter = "t", .retain_handling = mqtt::RetainHandling::SendIfNew};
    a.subscribe(if_new);
    a.expect_message("t", "x");
    a.subscribe(if_new);
    a.expect_nothing();
    a.unsubscribe("t");
    a.subscribe(if_new);
    a.expect_message("t", "x");
}

TEST_F(Retained5, mqtt5_3_3_1_11_handling_2_sends_none) {
    TestClient& a = join(Version::V5, "a");
    a.publish("t", "x", {.retain = true});
    a.subscribe({.filter = "t", .retain_handling = mqtt::RetainHandling::DoNotSend});
    a.expect_nothing();
    a.publish("t", "y", {.retain = true});
    a.expect_message("t", "y");
}

TEST_F(Retained5, mqtt5_3_3_1_9_handling_0_sends_them_every_time) {
    TestClient& a = join(Version::V5, "a");
    a.publish("t", "x", {.retain = true});
    for (int time = 0; time < 3; ++time) {
        a.subscribe({.filter = "t"});
        EXPECT_TRUE(a.expect_message("t", "x").retain);
    }
}

TEST_F(Retained5, mqtt5_3_3_1_12_mqtt5_3_3_1_13_the_flag_is_passed_on_as_published_if_wanted) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe({.filter = "as/published", .retain_as_published = true});
    a.subscribe({.filter = "plain"});
    a.publish("as/published", "x", {.retain = true});
    EXPECT_TRUE(a.expect_message().retain);
    a.publish("as/published", "x", {.retain = false});
    EXPECT_FALSE(a.expect_message().retain);
    a.publish("plain", "x", {.retain = true});
    EXPECT_FALSE(a.expect_message().retain);
}

TEST_F(Retained5, an_expired_one_is_gone) {
    TestClient& a = join(Version::V5, "a");
    a.publish("t", "x", {.retain = true, .message_expiry = 10});
    world.advance(seconds{4});
    a.subscribe("t");
    EXPECT_EQ(a.expect_message("t", "x").message_expiry, 6U);
    world.advance(seconds{7});
    a.subscribe("t");
    a.expect_nothing();
    EXPECT_EQ(world.statistics().retained_messages, 0U);
}

}  // namespace
}  // namespace kleber::conformance
