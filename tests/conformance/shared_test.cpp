// Chapter 4.8: shared subscriptions.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Shared : public EveryVersion {
  protected:
    void expect_refused(std::string_view filter, support::Where where = {}) {
        SCOPED_TRACE(filter);
        TestClient& a = join("a");
        a.send_subscribe({{.filter = filter}});
        a.expect_closed(ReasonCode::TopicFilterInvalid, where);
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Shared, kEveryVersion, version_name);

class Shared5 : public Conversation {};

TEST_P(Shared, mqtt5_4_8_2_1_a_share_has_a_name) {
    expect_refused("$share//t");
}

TEST_P(Shared, mqtt5_4_8_2_2_a_share_name_has_no_wildcards_and_a_filter_follows) {
    for (const std::string_view filter :
         {"$share/a+/t", "$share/#/t", "$share/group", "$share/group/", "$share/group/a#"}) {
        expect_refused(filter);
    }
    TestClient& a = join("a");
    a.subscribe("$share/group/t/+");
    a.subscribe("$shared/t");  // an ordinary filter
    join("b").publish("t/1", "x");
    a.expect_message("t/1", "x");
}

TEST_P(Shared, members_are_served_in_turn) {
    TestClient& a = join("a");
    TestClient& b = join("b");
    TestClient& c = join("c");
    for (TestClient* member : {&a, &b, &c}) member->subscribe("$share/group/t");
    TestClient& apart = join("apart");
    apart.subscribe("$share/other/t");
    TestClient& sender = join("sender");
    for (int number = 0; number < 9; ++number) sender.publish("t", std::to_string(number));
    for (TestClient* member : {&a, &b, &c}) EXPECT_EQ(member->messages().size(), 3U);
    EXPECT_EQ(apart.messages().size(), 9U);
}

TEST_P(Shared, mqtt5_4_8_2_3_the_qos_granted_to_each_is_kept_to) {
    TestClient& a = join("a");
    TestClient& b = join("b");
    a.subscribe("$share/group/t", kQos0);
    b.subscribe("$share/group/t", kQos1);
    TestClient& sender = join("sender");
    sender.publish("t", "1", {.qos = kQos2});
    sender.publish("t", "2", {.qos = kQos2});
    EXPECT_EQ(a.expect_message().qos, kQos0);
    EXPECT_EQ(b.expect_message().qos, kQos1);
}

TEST_P(Shared, the_absent_and_the_full_are_passed_over) {
    TestClient& away = join("away", lasting());
    TestClient& here = join("here");
    away.subscribe("$share/group/t", kQos1);
    here.subscribe("$share/group/t", kQos1);
    away.drop();
    TestClient& sender = join("sender");
    for (int number = 0; number < 4; ++number) sender.publish("t", "x", {.qos = kQos1});
    EXPECT_EQ(here.messages().size(), 4U);
    // With nobody there it waits for who comes back.
    here.disconnect();
    away.connect(lasting());
    EXPECT_EQ(away.messages().size(), 4U);  // what "here" had not acknowledged
}

TEST_P(Shared, a_member_whose_window_is_full_is_passed_over) {
    TestClient& full = join("full");
    TestClient& free = join("free");
    full.subscribe("t", kQos1);
    TestClient& sender = join("sender");
    for (int number = 0; number < 20; ++number) sender.publish("t", "x", {.qos = kQos1});
    EXPECT_EQ(full.messages().size(), 20U);
    full.subscribe("$share/group/u", kQos1);
    free.subscribe("$share/group/u", kQos1);
    for (int number = 0; number < 4; ++number) sender.publish("u", "x", {.qos = kQos1});
    EXPECT_EQ(free.messages().size(), 4U);
}

TEST_P(Shared, mqtt5_4_8_2_4_qos_2_in_flight_waits_for_its_member) {
    TestClient& a = join("a", lasting());
    TestClient& b = join("b");
    a.subscribe("$share/group/t", kQos2);
    join("sender").publish("t", "x", {.qos = kQos2});
    const ReceivedMessage first = a.expect_message("t", "x");
    b.subscribe("$share/group/t", kQos2);
    a.drop();
    b.expect_nothing();
    a.connect(lasting());
    const ReceivedMessage again = a.expect_message("t", "x");
    EXPECT_EQ(again.packet_id, first.packet_id);
    a.acknowledge(again);
    b.expect_nothing();
}

TEST_P(Shared, mqtt5_4_8_2_5_qos_2_in_flight_ends_with_its_members_session) {
    TestClient& a = join("a");
    TestClient& b = join("b");
    a.subscribe("$share/group/t", kQos2);
    join("sender").publish("t", "x", {.qos = kQos2});
    a.expect_message("t", "x");
    b.subscribe("$share/group/t", kQos2);
    a.drop();
    b.expect_nothing();
}

TEST_P(Shared, qos_1_of_one_who_went_goes_to_another) {
    TestClient& a = join("a");
    TestClient& b = join("b");
    a.subscribe("$share/group/t", kQos1);
    join("sender").publish("t", "x", {.qos = kQos1});
    a.expect_message("t", "x");
    b.subscribe("$share/group/t", kQos1);
    a.drop();
    const ReceivedMessage message = b.expect_message("t", "x");
    EXPECT_FALSE(message.dup);
    b.acknowledge(message);
    EXPECT_EQ(world.statistics().shared_redeliveries, 1U);
}

TEST_P(Shared, no_retained_messages_for_a_group) {
    TestClient& a = join("a");
    a.publish("t", "x", {.retain = true});
    a.subscribe("$share/group/t");
    a.expect_nothing();
}

TEST_P(Shared, a_member_gets_its_own_subscription_too) {
    TestClient& a = join("a");
    a.subscribe("t");
    a.subscribe("$share/group/t");
    join("b").publish("t", "x");
    EXPECT_EQ(a.messages().size(), 2U);
}

TEST_F(Shared5, mqtt5_4_8_2_6_a_refused_message_goes_to_nobody_else) {
    for (const Qos qos : {kQos1, kQos2}) {
        TestClient& a = join(Version::V5, "a");
        TestClient& b = join(Version::V5, "b");
        a.subscribe("$share/group/t", kQos2);
        join(Version::V5, "sender").publish("t", "x", {.qos = qos});
        const mqtt::PacketId id = a.expect_message("t", "x").packet_id;
        b.subscribe("$share/group/t", kQos2);
        a.send_ack(qos == kQos1 ? PacketType::Puback : PacketType::Pubrec, id,
                   ReasonCode::UnspecifiedError);
        a.expect_nothing();
        b.expect_nothing();
        a.drop();
        b.expect_nothing();
    }
}

TEST_F(Shared5, mqtt5_3_8_3_4_no_local_on_a_share_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_subscribe({{.filter = "$share/group/t", .no_local = true}});
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_F(Shared5, subscription_ids_and_retain_as_published_hold_for_shares) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe({.filter = "$share/group/t", .retain_as_published = true}, 5);
    join(Version::V5, "b").publish("t", "x", {.retain = true});
    const ReceivedMessage message = a.expect_message("t", "x");
    EXPECT_TRUE(message.retain);
    EXPECT_THAT(message.subscription_ids, testing::ElementsAre(5U));
}

}  // namespace
}  // namespace kleber::conformance
