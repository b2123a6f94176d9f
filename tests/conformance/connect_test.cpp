// Chapter 3.1: CONNECT and what a server makes of it.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Connect : public EveryVersion {
  protected:
    // Sends a CONNECT that is no valid one. MQTT 5 is told why, others are not.
    void expect_refused(const std::string& wire, ReasonCode reason, support::Where where = {}) {
        SCOPED_TRACE(wire);
        TestClient& a = client("a");
        a.open();
        a.send_wire(wire);
        if (is_v5()) {
            const auto connack = a.expect<mqtt::Connack>(where);
            EXPECT_EQ(connack.reason, reason);
            EXPECT_FALSE(connack.session_present);
        }
        a.expect_closed_silently(where);
        EXPECT_EQ(a.link().end().reason, reason);
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Connect, kEveryVersion, version_name);

// 3.1 says nothing of unused flags, and lets the length decide what is there.
class ConnectSince311 : public Connect {};
INSTANTIATE_TEST_SUITE_P(Mqtt, ConnectSince311, kSince311, version_name);

class ConnectBefore5 : public Connect {};
INSTANTIATE_TEST_SUITE_P(Mqtt, ConnectBefore5, kBefore5, version_name);

class Connect311 : public Conversation {};
class Connect5 : public Conversation {};

TEST_P(Connect, mqtt311_3_1_0_1_mqtt5_3_1_0_1_the_first_packet_is_connect) {
    for (const std::string& wire : {std::string{"C0 00"}, "30 ( <t>" + none() + "'x' )",
                                    "82 ( 00 01" + none() + "<t> 00 )", std::string{"E0 00"}}) {
        SCOPED_TRACE(wire);
        TestClient& a = client("a");
        a.open();
        a.send_wire(wire);
        a.expect_closed_silently();
        EXPECT_EQ(a.link().end().reason, ReasonCode::ProtocolError);
    }
    EXPECT_EQ(world.statistics().messages_published, 0U);
}

TEST_P(Connect, mqtt311_3_1_0_1_mqtt5_3_1_0_1_is_known_from_the_first_byte) {
    TestClient& a = client("a");
    a.open();
    a.send_wire("30");  // half a header
    a.send_wire("00");
    a.expect_closed_silently();
}

TEST_P(Connect, mqtt311_3_1_0_2_mqtt5_3_1_0_2_a_second_connect_closes_the_connection) {
    TestClient& a = join("a");
    a.send_wire("10 (" + connect_with("02") + "<a> )");
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_P(Connect, mqtt311_3_1_2_1_mqtt5_3_1_2_1_another_protocol_name_closes_the_connection) {
    TestClient& a = client("a");
    for (const std::string_view name : {"<mqtt>", "<MQTt>", "<MQTTX>", "<>", "00 04 'MQT' FF"}) {
        a.open();
        a.send_wire("10 (" + std::string{name} + " 04 02 00 00 <a> )");
        a.expect_closed_silently();
    }
}

TEST_P(ConnectSince311, mqtt311_3_1_2_3_mqtt5_3_1_2_3_the_reserved_flag_is_0) {
    expect_refused("10 (" + connect_with("03") + "<a> )", ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_2_9_mqtt5_3_1_2_9_topic_and_message_are_there_if_the_will_flag_is_set) {
    expect_refused("10 (" + connect_with("06") + "<a> )", ReasonCode::MalformedPacket);
    expect_refused("10 (" + connect_with("06") + "<a>" + none() + "<will> )",
                   ReasonCode::MalformedPacket);
}

TEST_P(ConnectSince311,
       mqtt311_3_1_2_11_mqtt311_3_1_2_13_mqtt5_3_1_2_11_will_qos_is_0_without_will) {
    expect_refused("10 (" + connect_with("0A") + "<a> )", ReasonCode::ProtocolError);
    expect_refused("10 (" + connect_with("12") + "<a> )", ReasonCode::ProtocolError);
}

TEST_P(Connect, mqtt311_3_1_2_11_what_the_flags_do_not_announce_is_not_there) {
    expect_refused("10 (" + connect_with("02") + "<a> <will> <message> )",
                   ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_2_14_mqtt5_3_1_2_12_will_qos_3_is_refused) {
    expect_refused("10 (" + connect_with("1E") + "<a>" + none() + "<will> <message> )",
                   ReasonCode::MalformedPacket);
}

TEST_P(ConnectSince311, mqtt311_3_1_2_15_mqtt5_3_1_2_13_will_retain_is_0_without_will) {
    expect_refused("10 (" + connect_with("22") + "<a> )", ReasonCode::ProtocolError);
}

TEST_P(Connect, mqtt311_3_1_2_18_mqtt5_3_1_2_16_no_user_name_without_its_flag) {
    expect_refused("10 (" + connect_with("02") + "<a> <user> )", ReasonCode::MalformedPacket);
}

TEST_P(ConnectSince311, mqtt311_3_1_2_19_mqtt5_3_1_2_17_a_user_name_with_its_flag) {
    expect_refused("10 (" + connect_with("82") + "<a> )", ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_2_20_mqtt5_3_1_2_18_no_password_without_its_flag) {
    expect_refused("10 (" + connect_with("82") + "<a> <user> <password> )",
                   ReasonCode::MalformedPacket);
}

TEST_P(ConnectSince311, mqtt311_3_1_2_21_mqtt5_3_1_2_19_a_password_with_its_flag) {
    expect_refused("10 (" + connect_with("C2") + "<a> <user> )", ReasonCode::MalformedPacket);
}

TEST_P(ConnectBefore5, mqtt311_3_1_2_22_no_password_without_user_name) {
    expect_refused("10 (" + connect_with("42") + "<a> <password> )", ReasonCode::MalformedPacket);
}

TEST_F(Connect5, a_password_needs_no_user_name) {
    TestClient& a = client(Version::V5, "a");
    a.open();
    a.send_wire("10 ( <MQTT> 05 42 00 00 00 <a> <password> )");
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::Success);
}

TEST_P(Connect, mqtt311_3_1_3_1_mqtt5_3_1_3_1_fields_come_in_their_order) {
    TestClient& a = client("first");
    a.open();
    a.send_wire("10 (" + connect_with("C6") + "<first>" + none() +
                "<second> <third> <fourth> <fifth> )");
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::Success);
    EXPECT_EQ(world.clients().at(0).client_id, "first");
    TestClient& b = join("b");
    b.subscribe("second");
    a.drop();
    b.expect_message("second", "third");
}

TEST_P(Connect, mqtt311_3_1_3_2_mqtt5_3_1_3_2_the_client_id_names_the_session) {
    TestClient& a = join("a", lasting());
    TestClient& b = join("b", lasting());
    a.subscribe("for/a");
    b.subscribe("for/b");
    a.drop();
    b.drop();
    TestClient& sender = join("sender");
    sender.publish("for/a", "1", {.qos = kQos1});
    sender.publish("for/b", "2", {.qos = kQos1});
    TestClient& again = join("b", lasting());
    again.expect_message("for/b", "2");
    again.expect_nothing();
}

TEST_P(Connect, mqtt311_3_1_3_3_mqtt5_3_1_3_3_the_client_id_is_there) {
    expect_refused("10 (" + connect_with("02") + ")", ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_3_4_mqtt5_3_1_3_4_the_client_id_is_text) {
    expect_refused("10 (" + connect_with("02") + "00 02 'a' C3 )", ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_3_10_mqtt5_3_1_3_11_the_will_topic_is_text) {
    expect_refused("10 (" + connect_with("06") + "<a>" + none() + "00 01 FF <message> )",
                   ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_3_11_mqtt5_3_1_3_12_the_user_name_is_text) {
    expect_refused("10 (" + connect_with("82") + "<a> 00 02 ED A0 )", ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_4_1_mqtt5_3_1_4_1_what_does_not_conform_closes_the_connection) {
    expect_refused("10 (" + connect_with("02") + "<a> 'more' )", ReasonCode::MalformedPacket);
    expect_refused("10 (" + connect_with("02") + "00 05 'a' )", ReasonCode::MalformedPacket);
}

TEST_P(Connect, mqtt311_3_1_4_2_mqtt5_3_1_4_3_the_client_id_of_another_takes_its_place) {
    TestClient& before = join("a");
    TestClient& after = join("a");
    before.expect_closed(ReasonCode::SessionTakenOver);
    after.expect_alive();
    EXPECT_EQ(world.statistics().takeovers, 1U);
}

TEST_P(Connect, mqtt311_3_1_4_4_mqtt311_3_2_0_1_mqtt5_3_2_0_1_connack_comes_first) {
    TestClient& a = join("a", lasting());
    a.subscribe("t");
    a.drop();
    join("b").publish("t", "x", {.qos = kQos1});
    a.open();
    // What waits for the client and what it asks in the same breath come after CONNACK.
    a.link().send(codec::mqtt::wire("10 (" + connect_with("00") + "<a> ) C0 00"));
    world.settle();
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::Success);
}

TEST_P(Connect, mqtt311_3_1_4_5_mqtt5_3_1_4_6_nothing_after_a_refused_connect_is_handled) {
    MqttPolicy policy;
    policy.allow_anonymous = connection::AllowAnonymous::No;
    TestClient& witness = join("witness");
    witness.subscribe("t");
    TestClient& a = client("a", &policy);
    a.open();
    a.send_wire("10 (" + connect_with("02") + "<a> ) 30 ( <t>" + none() + "'x' )");
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::NotAuthorized);
    a.expect_closed_silently();
    witness.expect_nothing();
    EXPECT_EQ(world.statistics().messages_published, 0U);
}

TEST_P(Connect, mqtt5_3_1_4_2_further_checks_refuse_and_close) {
    MqttPolicy policy;
    TestClient& stranger = client("a", &policy);
    stranger.open({.address = "192.0.2.1:5000", .is_local = false});
    stranger.send_wire("10 (" + connect_with("02") + "<a> )");
    EXPECT_EQ(stranger.expect<mqtt::Connack>().reason, ReasonCode::NotAuthorized);
    stranger.expect_closed_silently();
}

TEST_P(Connect, an_unfinished_connect_does_not_wait_for_ever) {
    TestClient& a = client("a");
    a.open();
    a.send_wire("10 20 00 04 'MQ'");
    world.advance(seconds{4});
    EXPECT_FALSE(a.link().is_closed());
    world.advance(seconds{2});
    a.expect_closed_silently();
    EXPECT_EQ(a.link().end().reason, ReasonCode::MaximumConnectTime);
}

TEST_F(Connect311, mqtt311_3_1_2_2_an_unknown_level_is_refused_with_1) {
    TestClient& a = client(Version::V311, "a");
    for (const std::string_view level : {"00", "02", "03"}) {
        a.open();
        a.send_wire("10 ( <MQTT>" + std::string{level} + "02 00 00 <a> )");
        EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("20 ( 00 01 )"));
        a.expect_closed_silently();
    }
}

TEST_F(Connect5, mqtt5_3_1_2_2_an_unknown_version_is_refused_with_0x84) {
    TestClient& a = client(Version::V5, "a");
    a.open();
    a.send_wire("10 ( <MQTT> 06 02 00 00 00 <a> )");
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::UnsupportedProtocolVersion);
    a.expect_closed_silently();
}

TEST_P(Connect, mqtt311_3_1_2_2_mqtt5_3_1_2_2_a_version_may_be_forbidden) {
    MqttPolicy policy;
    policy.versions = {.mqtt_3_1 = false, .mqtt_3_1_1 = false, .mqtt_5 = false};
    TestClient& a = client("a", &policy);
    a.expect_refused({}, ReasonCode::UnsupportedProtocolVersion);
}

TEST_F(Connect5, properties_that_mean_nothing_are_protocol_errors) {
    const std::string_view properties[] = {
        "21 00 00",                       // receive maximum 0
        "27 00 00 00 00",                 // maximum packet size 0
        "11 00 00 00 01 11 00 00 00 01",  // twice
        "16 00 01 'x'",                   // authentication data without method
        "17 02",                          // request problem information 2
    };
    for (const std::string_view property : properties) {
        SCOPED_TRACE(property);
        TestClient& a = client(Version::V5, "a");
        a.open();
        a.send_wire("10 ( <MQTT> 05 02 00 00 (" + std::string{property} + ") <a> )");
        EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::ProtocolError);
        a.expect_closed_silently();
    }
}

}  // namespace
}  // namespace kleber::conformance
