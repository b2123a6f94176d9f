// Chapters 3.1.2.10, 3.2.2.3.14, 3.12: signs of life.

#include <array>

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class KeepAlive : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, KeepAlive, kEveryVersion, version_name);

class KeepAlive5 : public Conversation {};

TEST_P(KeepAlive, mqtt311_3_1_2_24_mqtt5_3_1_2_22_silence_of_one_and_a_half_ends_the_connection) {
    TestClient& a = join("a", {.keep_alive = 10});
    world.advance(milliseconds{14'900});
    a.expect_nothing();
    world.advance(milliseconds{200});
    a.expect_closed(ReasonCode::KeepAliveTimeout);
}

TEST_P(KeepAlive, mqtt311_3_1_2_24_mqtt5_3_1_2_22_every_packet_is_a_sign_of_life) {
    TestClient& a = join("a", {.keep_alive = 10});
    for (int round = 0; round < 5; ++round) {
        world.advance(seconds{12});
        a.send_pingreq();
        a.expect<support::Pingresp>();
        world.advance(seconds{12});
        a.publish("t", "x");
    }
    a.expect_alive();
    // What comes from the others is none.
    a.subscribe("t");
    TestClient& b = join("b");
    for (int round = 0; round < 4; ++round) {
        world.advance(seconds{4});
        b.publish("t", "x");
    }
    EXPECT_TRUE(a.link().was_closed_by_server());
}

TEST_P(KeepAlive, half_a_packet_is_no_sign_of_life) {
    TestClient& a = join("a", {.keep_alive = 10});
    a.send_wire("30 7F 00");
    world.advance(seconds{10});
    a.send_wire("03");
    world.advance(seconds{6});
    a.expect_closed(ReasonCode::KeepAliveTimeout);
}

TEST_P(KeepAlive, none_at_0) {
    TestClient& a = join("a", {.keep_alive = 0});
    world.advance(std::chrono::hours{1000});
    a.expect_alive();
}

TEST_P(KeepAlive, mqtt311_3_12_4_1_mqtt5_3_12_4_1_pingreq_is_answered) {
    TestClient& a = join("a");
    for (int round = 0; round < 3; ++round) {
        a.send_pingreq();
        a.expect<support::Pingresp>();
    }
    a.expect_nothing();
}

TEST_P(KeepAlive, a_pingreq_with_a_body_is_malformed) {
    TestClient& a = join("a");
    a.send_wire("C0 01 00");
    a.expect_closed(ReasonCode::MalformedPacket);
}

TEST_F(KeepAlive5, mqtt5_3_2_2_22_the_clients_value_holds_where_none_is_announced) {
    TestClient& a = client(Version::V5, "a");
    EXPECT_EQ(a.connect({.keep_alive = 100}).server_keep_alive, std::nullopt);
    world.advance(seconds{149});
    a.expect_nothing();
    world.advance(seconds{2});
    a.expect_closed(ReasonCode::KeepAliveTimeout);
}

TEST_F(KeepAlive5, a_shorter_one_is_announced_and_holds) {
    MqttPolicy policy;
    policy.keep_alive_max = seconds{20};
    for (const std::uint16_t asked : std::array<std::uint16_t, 3>{0, 21, 65'535}) {
        TestClient& a = client(Version::V5, "a", &policy);
        EXPECT_EQ(a.connect({.keep_alive = asked}).server_keep_alive, 20);
        world.advance(seconds{29});
        a.expect_nothing();
        world.advance(seconds{2});
        a.expect_closed(ReasonCode::KeepAliveTimeout);
    }
    TestClient& b = client(Version::V5, "b", &policy);
    EXPECT_EQ(b.connect({.keep_alive = 20}).server_keep_alive, std::nullopt);
}

}  // namespace
}  // namespace kleber::conformance
