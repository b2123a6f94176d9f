// Chapters 3.1.2, 3.2.2, 4.1: sessions that begin, go on and end.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Session : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Session, kEveryVersion, version_name);

// 3.1 has no such flag.
class SessionPresent : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, SessionPresent, kSince311, version_name);

class Session5 : public Conversation {};
class Session311 : public Conversation {};

TEST_P(Session, mqtt311_3_1_2_4_mqtt5_3_1_2_5_mqtt311_3_1_4_3_mqtt5_3_1_4_4_goes_on) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos1);
    a.disconnect();
    join("b").publish("t", "while away", {.qos = kQos1});
    a.connect(lasting());
    a.expect_message("t", "while away");
    join("c").publish("t", "after");
    a.expect_message("t", "after");
}

TEST_P(Session, mqtt311_3_1_2_4_mqtt5_3_1_2_6_is_made_where_there_is_none) {
    TestClient& a = client("a");
    EXPECT_FALSE(a.connect(lasting()).session_present);
    EXPECT_EQ(world.clients().size(), 1U);
}

TEST_P(Session, mqtt311_3_1_2_5_mqtt311_4_5_0_1_mqtt5_4_5_0_1_keeps_qos_1_and_2_for_the_absent) {
    TestClient& a = join("a", lasting());
    a.subscribe("t/#", kQos2);
    a.drop();
    TestClient& b = join("b");
    b.publish("t/1", "one", {.qos = kQos1});
    b.publish("t/2", "two", {.qos = kQos2});
    a.connect(lasting());
    const std::vector<ReceivedMessage> got = a.messages();
    EXPECT_THAT(payloads(got), testing::ElementsAre("one", "two"));
    EXPECT_EQ(got.at(0).qos, kQos1);
    EXPECT_EQ(got.at(1).qos, kQos2);
}

TEST_P(Session, mqtt311_3_1_2_6_mqtt5_3_1_2_4_mqtt311_3_1_4_3_mqtt5_3_1_4_4_a_clean_start_forgets) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos1);
    a.drop();
    TestClient& b = join("b");
    b.publish("t", "lost", {.qos = kQos1});
    a.connect(lasting(true));
    EXPECT_EQ(world.statistics().subscriptions, 0U);
    EXPECT_EQ(world.statistics().queued_messages, 0U);
    b.publish("t", "nobody subscribed", {.qos = kQos1});
    a.expect_alive();
}

TEST_P(Session, mqtt311_3_1_2_6_a_clean_session_ends_with_its_connection) {
    TestClient& a = join("a");
    a.subscribe("t", kQos1);
    a.drop();
    EXPECT_TRUE(world.clients().empty());
    EXPECT_FALSE(a.connect(lasting()).session_present);
    join("b").publish("t", "x", {.qos = kQos1});
    a.expect_alive();
}

TEST_P(Session, mqtt311_3_2_2_1_mqtt5_3_2_2_2_not_present_after_a_clean_start) {
    TestClient& a = join("a", lasting());
    a.drop();
    EXPECT_FALSE(a.connect(lasting(true)).session_present);
}

TEST_P(SessionPresent, mqtt311_3_2_2_2_mqtt311_3_2_2_3_mqtt5_3_2_2_3_if_it_was_kept) {
    TestClient& a = client("a");
    EXPECT_FALSE(a.connect(lasting()).session_present);
    a.drop();
    EXPECT_TRUE(a.connect(lasting()).session_present);
    // Taken over while online, too.
    EXPECT_TRUE(client("a").connect(lasting()).session_present);
}

TEST_P(Session, mqtt311_4_1_0_1_mqtt311_4_1_0_2_mqtt5_4_1_0_1_stays_while_the_connection_is_open) {
    MqttPolicy policy;
    policy.session_expiry_max = seconds{10};
    TestClient& a = client("a", &policy);
    a.connect({.clean_start = false, .session_expiry = 1});
    a.subscribe("t", kQos1);
    world.advance(std::chrono::hours{1000});
    join("b").publish("t", "x", {.qos = kQos1});
    a.expect_message("t", "x");
}

TEST_F(Session5, mqtt5_3_1_2_23_mqtt5_4_1_0_2_is_kept_for_its_expiry_interval) {
    TestClient& a = join(Version::V5, "a", {.session_expiry = 60});
    a.drop();
    world.advance(seconds{59});
    EXPECT_TRUE(a.connect({.clean_start = false, .session_expiry = 60}).session_present);
    world.advance(seconds{1000});
    a.drop();
    world.advance(seconds{61});
    EXPECT_TRUE(world.clients().empty());
    EXPECT_FALSE(a.connect({.clean_start = false}).session_present);
    EXPECT_EQ(world.statistics().sessions_expired, 1U);
}

TEST_F(Session5, mqtt5_4_1_0_2_without_expiry_ends_with_its_connection) {
    TestClient& a = join(Version::V5, "a");
    a.drop();
    EXPECT_FALSE(a.connect({.clean_start = false}).session_present);
}

TEST_F(Session5, an_expiry_of_all_ones_is_for_ever_if_allowed) {
    MqttPolicy policy;
    policy.session_expiry_max = port::kForever;
    TestClient& a = client(Version::V5, "a", &policy);
    EXPECT_FALSE(a.connect({.session_expiry = 0xFFFF'FFFF}).session_expiry.has_value());
    a.drop();
    world.advance(std::chrono::hours{24 * 365 * 100});
    EXPECT_TRUE(a.connect({.clean_start = false}).session_present);
}

TEST_F(Session5, the_expiry_granted_is_announced_where_it_is_not_the_one_asked_for) {
    MqttPolicy policy;
    policy.session_expiry_max = seconds{100};
    TestClient& a = client(Version::V5, "a", &policy);
    EXPECT_EQ(a.connect({.session_expiry = 101}).session_expiry, 100U);
    EXPECT_EQ(a.connect({.session_expiry = 100}).session_expiry, std::nullopt);
}

TEST_F(Session5, disconnect_may_change_the_expiry) {
    TestClient& a = join(Version::V5, "a", {.session_expiry = 10});
    a.send(mqtt::Disconnect{.session_expiry = 1000});
    world.advance(seconds{500});
    EXPECT_TRUE(a.connect({.clean_start = false, .session_expiry = 10}).session_present);
    a.send(mqtt::Disconnect{.session_expiry = 0});
    EXPECT_FALSE(a.connect({.clean_start = false}).session_present);
}

TEST_F(Session5, disconnect_may_not_give_an_expiry_where_connect_had_none) {
    TestClient& a = join(Version::V5, "a");
    a.send(mqtt::Disconnect{.session_expiry = 5});
    a.expect_closed(ReasonCode::ProtocolError);
    EXPECT_TRUE(world.clients().empty());
}

TEST_F(Session311, a_session_may_go_on_in_another_version) {
    TestClient& a = join(Version::V311, "a", lasting());
    a.subscribe("t", kQos2);
    a.drop();
    join(Version::V5, "b").publish("t", "x", {.qos = kQos2});
    TestClient& later = client(Version::V5, "a");
    EXPECT_TRUE(later.connect(lasting()).session_present);
    later.acknowledge(later.expect_message("t", "x"));
}

}  // namespace
}  // namespace kleber::conformance
