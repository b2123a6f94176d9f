// Chapters 3.14, 3.15, 4.12, 4.13: DISCONNECT, AUTH, and what is wrong.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Disconnect : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Disconnect, kEveryVersion, version_name);

class Disconnect5 : public Conversation {};
class Auth5 : public Conversation {};

TEST_P(Disconnect, mqtt311_3_14_1_1_mqtt5_3_14_1_1_reserved_flags_close_the_connection) {
    TestClient& witness = join("witness");
    witness.subscribe("will");
    mqtt::Connect connect;
    connect.will = mqtt::Will{.topic = "will", .payload = as_bytes("gone")};
    TestClient& a = join("a", connect);
    a.send_wire("E1 00");
    a.expect_closed(ReasonCode::MalformedPacket);
    witness.expect_message("will", "gone");  // it was no DISCONNECT
}

TEST_P(Disconnect, mqtt311_3_14_4_1_mqtt5_3_14_4_2_the_server_closes_what_the_client_left_open) {
    TestClient& a = join("a");
    a.disconnect();
    a.expect_closed_silently();
    EXPECT_EQ(world.connection_count(), 0U);
}

TEST_P(Disconnect, mqtt311_3_14_4_2_mqtt5_3_14_4_1_nothing_after_it_is_handled) {
    TestClient& witness = join("witness");
    witness.subscribe("t");
    TestClient& a = join("a");
    a.send_wire("E0 00 30 ( <t>" + none() + "'x' )");
    witness.expect_nothing();
}

TEST_P(Disconnect, mqtt5_3_14_4_1_mqtt5_3_14_4_2_nothing_follows_ours_and_it_closes) {
    TestClient& a = join("a");
    a.subscribe("t");
    a.link().send(mqtt::wire("36 ( <t> 00 01 00 ) C0 00"));
    world.publish(port::Message::make({.topic = "t"}, port::Sharing::OneThread));
    a.expect_closed(ReasonCode::MalformedPacket);
}

TEST_F(Disconnect5, mqtt5_3_14_0_1_none_before_connack) {
    TestClient& a = client(Version::V5, "a");
    a.open();
    a.send_wire("C0 00");
    a.expect_closed_silently();
    a.open();
    a.send_wire("10 ( <MQTT> 05 03 00 00 00 <a> )");
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::MalformedPacket);
    a.expect_closed_silently();
    a.open();
    a.link().stop(ReasonCode::ServerShuttingDown);
    world.settle();
    a.expect_closed_silently();
}

TEST_F(Disconnect5, mqtt5_3_14_2_1_a_reason_that_is_none_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("E0 01 01");
    a.expect_closed(ReasonCode::ProtocolError);
    TestClient& b = join(Version::V5, "b");
    b.send_wire("E0 01 8B");  // a server's
    b.expect_closed(ReasonCode::ProtocolError);
}

TEST_F(Disconnect5, mqtt5_3_14_2_1_mqtt5_3_14_2_2_ours_are_of_the_table_and_have_no_expiry) {
    // The decoder of the client refuses any other, and a session expiry.
    TestClient& a = join(Version::V5, "a", lasting());
    a.link().stop(ReasonCode::ServerShuttingDown);
    world.settle();
    const auto disconnect = a.expect<mqtt::Disconnect>();
    EXPECT_EQ(disconnect.reason, ReasonCode::ServerShuttingDown);
    EXPECT_EQ(disconnect.session_expiry, std::nullopt);
    a.expect_closed_silently();
}

TEST_F(Disconnect5, a_kick_says_so) {
    TestClient& a = join(Version::V5, "a");
    EXPECT_TRUE(world.kick("a"));
    a.expect_closed(ReasonCode::AdministrativeAction);
    EXPECT_FALSE(world.kick("a"));
}

TEST_F(Disconnect5, a_server_reference_from_a_client_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("E0 ( 00 ( 1C <other> ) )");
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_P(Disconnect, packets_that_only_a_server_sends_close_the_connection) {
    for (const std::string_view wire : {"20 02 00 00", "90 03 00 01 00", "B0 02 00 01", "D0 00"}) {
        SCOPED_TRACE(wire);
        TestClient& a = join("a");
        a.send_wire(wire);
        a.expect_closed(ReasonCode::ProtocolError);
    }
}

TEST_P(Disconnect, mqtt311_4_8_0_1_mqtt5_4_13_1_1_what_breaks_the_protocol_closes_the_connection) {
    TestClient& a = join("a");
    TestClient& other = join("other");
    a.send_wire("32 ( <t> 00 00" + none() + "'x' )");
    a.expect_closed(ReasonCode::ProtocolError);
    other.expect_alive();
}

TEST_P(Disconnect, mqtt311_4_8_0_2_what_cannot_be_kept_closes_the_connection) {
    // No session can be made for it: a transient error while a CONNECT is handled.
    world.broker().set_limits({.sessions_max = 1});
    join("a");
    TestClient& b = client("b");
    b.open();
    mqtt::Connect connect{.version = GetParam(), .client_id = "b"};
    b.send(connect);
    EXPECT_TRUE(is_error(b.expect<mqtt::Connack>().reason));
    b.expect_closed_silently();
}

// -- AUTH

TEST_F(Auth5, mqtt5_4_12_0_1_a_method_that_is_not_known_is_refused) {
    TestClient& a = client(Version::V5, "a");
    a.expect_refused({.authentication_method = "SCRAM-SHA-256"},
                     ReasonCode::BadAuthenticationMethod);
    a.expect_refused({.authentication_method = "", .authentication_data = as_bytes("x")},
                     ReasonCode::BadAuthenticationMethod);
}

TEST_F(Auth5, mqtt5_4_12_0_4_a_refused_authentication_closes_the_connection) {
    TestClient& a = client(Version::V5, "a");
    a.open();
    a.send(mqtt::Connect{.client_id = "a", .authentication_method = "x"});
    a.send(mqtt::Auth{.reason = ReasonCode::ContinueAuthentication, .authentication_method = "x"});
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::BadAuthenticationMethod);
    a.expect_closed_silently();
}

TEST_F(Auth5, mqtt5_4_12_0_6_none_is_sent_to_a_client_without_method) {
    TestClient& a = client(Version::V5, "a");
    const mqtt::Connack connack = a.connect();
    EXPECT_EQ(connack.authentication_method, std::nullopt);
    EXPECT_EQ(connack.authentication_data, std::nullopt);
    a.expect_nothing();
}

TEST_F(Auth5, mqtt5_4_12_0_7_mqtt5_4_12_1_2_auth_without_method_closes_the_connection) {
    for (const ReasonCode reason :
         {ReasonCode::ContinueAuthentication, ReasonCode::ReAuthenticate}) {
        TestClient& a = join(Version::V5, "a");
        a.send(mqtt::Auth{.reason = reason, .authentication_method = "x"});
        a.expect_closed(ReasonCode::ProtocolError);
    }
}

TEST_F(Auth5, mqtt5_3_15_1_1_reserved_flags_close_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("F1 ( 18 ( 15 <x> ) )");
    a.expect_closed(ReasonCode::MalformedPacket);
}

TEST_F(Auth5, mqtt5_3_15_2_1_a_reason_that_is_none_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("F0 ( 01 ( 15 <x> ) )");
    a.expect_closed(ReasonCode::ProtocolError);
}

}  // namespace
}  // namespace kleber::conformance
