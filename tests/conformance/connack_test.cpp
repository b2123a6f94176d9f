// Chapter 3.2: CONNACK.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Connack : public EveryVersion {
  protected:
    const MqttPolicy& nobody() {
        policy_.allow_anonymous = connection::AllowAnonymous::No;
        return policy_;
    }

  private:
    MqttPolicy policy_;
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Connack, kEveryVersion, version_name);

class Connack311 : public Conversation {};
class Connack5 : public Conversation {};

TEST_P(Connack, mqtt5_3_2_0_2_there_is_one) {
    TestClient& a = join("a");
    a.subscribe("t");
    a.publish("t", "x");
    EXPECT_EQ(a.messages().size(), 1U);
    a.expect_alive();
}

TEST_P(Connack, mqtt311_3_2_2_4_mqtt5_3_2_2_6_a_refusal_has_no_session) {
    TestClient& a = join("a", lasting());
    a.drop();
    EXPECT_FALSE(world.clients().empty());
    client("a", &nobody()).expect_refused(lasting(), ReasonCode::NotAuthorized);
}

TEST_P(Connack, mqtt311_3_2_2_5_mqtt5_3_2_2_7_mqtt5_4_13_2_1_a_refusal_closes_the_connection) {
    TestClient& a = client("a", &nobody());
    a.expect_refused({}, ReasonCode::NotAuthorized);
    EXPECT_EQ(world.connection_count(), 0U);
    EXPECT_TRUE(world.clients().empty());
}

TEST_P(Connack, mqtt5_3_2_2_8_every_reason_is_one_of_its_own) {
    // SessionTakenOver and the like are reasons of DISCONNECT alone. The decoder refuses others.
    world.broker().set_limits({.sessions_max = 1});
    join("a");
    client("b").expect_refused({},
                               is_v5() ? ReasonCode::QuotaExceeded : ReasonCode::ServerUnavailable);
    TestClient& c = client("c");
    c.open();
    c.send_wire("10 (" + connect_with("02") + "<c> 'more' )");
    if (is_v5()) c.expect<mqtt::Connack>();
    c.expect_closed_silently();
}

TEST_P(Connack, a_stop_before_it_refuses) {
    TestClient& a = client("a");
    a.open();
    a.link().send(codec::mqtt::wire("10 (" + connect_with("02") + "<a> )"));
    a.link().stop(ReasonCode::ServerShuttingDown);
    world.settle();
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::ServerUnavailable);
    a.expect_closed_silently();
    EXPECT_TRUE(world.clients().empty());
}

TEST_F(Connack311, mqtt311_3_2_2_6_no_connack_where_no_code_fits) {
    TestClient& a = client(Version::V311, "a");
    a.open();
    a.send_wire("10 ( <MQTT> 04 03 00 00 <a> )");
    a.expect_closed_silently();
}

TEST_F(Connack311, is_two_bytes) {
    TestClient& a = client(Version::V311, "a");
    a.open();
    a.send_wire("10 ( <MQTT> 04 02 00 00 <a> )");
    EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("20 ( 00 00 )"));
    a.open();
    a.send_wire("10 ( <MQTT> 04 00 00 00 <a> )");
    EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("20 ( 00 00 )"));
    a.open();
    a.send_wire("10 ( <MQTT> 04 00 00 00 <a> )");
    EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("20 ( 01 00 )"));
}

TEST_F(Connack5, mqtt5_3_2_2_1_flags_besides_session_present_are_0) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.drop();
    a.open();
    a.send_wire("10 ( <MQTT> 05 00 00 00 05 11 00 00 00 09 <a> )");
    const std::vector<std::uint8_t> connack = a.link().receive_bytes();
    ASSERT_GT(connack.size(), 4U);
    EXPECT_EQ(connack[2], 0x01);
}

TEST_F(Connack5, mqtt5_3_2_2_9_announces_what_it_can) {
    TestClient& a = client(Version::V5, "a");
    const mqtt::Connack connack = a.connect();
    EXPECT_EQ(connack.maximum_qos, kQos2);
    EXPECT_TRUE(connack.retain_available);
    EXPECT_TRUE(connack.wildcard_subscription_available);
    EXPECT_TRUE(connack.subscription_ids_available);
    EXPECT_TRUE(connack.shared_subscription_available);
    EXPECT_EQ(connack.receive_maximum, 20);
    EXPECT_EQ(connack.topic_alias_maximum, 10);
    EXPECT_EQ(connack.maximum_packet_size, MqttPolicy{}.packet_bytes_max);
    EXPECT_EQ(connack.session_expiry, std::nullopt);
    EXPECT_TRUE(connack.server_reference.empty());
    EXPECT_TRUE(connack.assigned_client_id.empty());
    EXPECT_TRUE(connack.reason_string.empty());
    EXPECT_EQ(connack.authentication_method, std::nullopt);
}

TEST_F(Connack5, mqtt5_3_1_2_28_no_response_information_whether_asked_for_or_not) {
    TestClient& a = client(Version::V5, "a");
    EXPECT_TRUE(a.connect({.wants_response_information = false}).response_information.empty());
    EXPECT_TRUE(a.connect({.wants_response_information = true}).response_information.empty());
}

TEST_F(Connack5, mqtt5_3_2_2_16_the_assigned_client_id_is_used_by_nobody_else) {
    TestClient& a = client(Version::V5, "");
    const std::string assigned{a.connect().assigned_client_id};
    // The next one to be made up is taken already: the same seed makes the same ids.
    World other;
    TestClient first{other, Version::V5, ""};
    EXPECT_EQ(std::string{first.connect().assigned_client_id}, assigned);
    TestClient second{other, Version::V5, ""};
    const std::string next{second.connect().assigned_client_id};
    join(Version::V5, next);
    const std::string skipped{client(Version::V5, "").connect().assigned_client_id};
    EXPECT_FALSE(skipped.empty());
    EXPECT_NE(skipped, next);
}

TEST_F(Connack5, mqtt5_3_2_2_19_mqtt5_3_2_2_20_no_reason_string_beyond_the_maximum_packet_size) {
    MqttPolicy policy;
    policy.allow_anonymous = connection::AllowAnonymous::No;
    TestClient& roomy = client(Version::V5, "a", &policy);
    roomy.open();
    roomy.send(mqtt::Connect{.client_id = "a"});
    EXPECT_FALSE(roomy.expect<mqtt::Connack>().reason_string.empty());
    TestClient& tight = client(Version::V5, "a", &policy);
    tight.open();
    tight.send(mqtt::Connect{.client_id = "a", .maximum_packet_size = 30});
    const auto connack = tight.expect<mqtt::Connack>();
    EXPECT_EQ(connack.reason, ReasonCode::NotAuthorized);
    EXPECT_TRUE(connack.reason_string.empty());
}

}  // namespace
}  // namespace kleber::conformance
