#include <gmock/gmock.h>

#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::connection {
namespace {

using namespace std::chrono_literals;
using codec::mqtt::ProtocolVersion;
using testing::ElementsAre;
using testing::IsEmpty;

ByteBuffer pong() {
    ByteBuffer bytes;
    codec::mqtt::encode_pingresp(bytes);
    return bytes;
}

class MqttClientKeepAlive : public testing::TestWithParam<ProtocolVersion> {
  protected:
    MqttClientRig rig_{{.version = GetParam(),
                        .client_id = "me",
                        .keep_alive_seconds = 60,
                        .connect_timeout = 5s,
                        .ping_timeout = 10s}};
};
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientKeepAlive,
                         testing::Values(ProtocolVersion::V31, ProtocolVersion::V311,
                                         ProtocolVersion::V5));

TEST_P(MqttClientKeepAlive, PingsWhenNothingWasSent) {
    rig_.connect();
    rig_.wait(59s);
    EXPECT_THAT(rig_.written(), IsEmpty());
    rig_.wait(1s);
    EXPECT_THAT(rig_.written(), ElementsAre("PINGREQ"));
    rig_.wait(9s);
    rig_.send_bytes(pong().bytes());
    rig_.wait(59s);
    EXPECT_THAT(rig_.written(), ElementsAre("PINGREQ"));
    rig_.send_bytes(pong().bytes());
    EXPECT_THAT(rig_.told(), ElementsAre("connected"));
}

TEST_P(MqttClientKeepAlive, EndsWithoutAnAnswer) {
    rig_.connect();
    rig_.wait(60s);
    rig_.wait(9'999ms);
    EXPECT_FALSE(rig_.client().has_ended());
    rig_.wait(1ms);
    EXPECT_THAT(rig_.written(), ElementsAre("PINGREQ"));
    EXPECT_THAT(rig_.told(), ElementsAre("connected", "ended by client: keep alive timeout"));
    EXPECT_FALSE(rig_.client().deadline());
}

TEST_P(MqttClientKeepAlive, TakesAnyTrafficForLife) {
    rig_.connect();
    rig_.wait(60s);
    rig_.wait(9s);
    rig_.send_message("t", "x", Qos::AtMostOnce);
    rig_.wait(9s);
    EXPECT_FALSE(rig_.client().has_ended());
    rig_.wait(1s);
    EXPECT_TRUE(rig_.client().has_ended());
}

TEST_P(MqttClientKeepAlive, NeedsNoPingWhileBothSpeak) {
    rig_.connect();
    for (int i = 0; i < 10; ++i) {
        rig_.wait(30s);
        ASSERT_TRUE(rig_.publish("t", "x", Qos::AtMostOnce, 1));
        rig_.send_message("t", "x", Qos::AtMostOnce);
        EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q0 t=x"));
    }
}

TEST_P(MqttClientKeepAlive, NoticesADeadLinkThoughItSpeaks) {
    rig_.connect();
    rig_.wait(30s);
    ASSERT_TRUE(rig_.publish("t", "x", Qos::AtMostOnce, 1));
    rig_.written();
    rig_.wait(30s);
    EXPECT_THAT(rig_.written(), ElementsAre("PINGREQ"));
    rig_.wait(10s);
    EXPECT_TRUE(rig_.client().has_ended());
}

TEST_P(MqttClientKeepAlive, WaitsForConnackNotForEver) {
    MqttClient::Turn turn = rig_.turn();
    rig_.client().connect(turn);
    rig_.wait(4s);
    EXPECT_FALSE(rig_.client().has_ended());
    rig_.wait(1s);
    EXPECT_THAT(rig_.told(), ElementsAre("ended by client: server unavailable"));
}

TEST(MqttClientKeepAliveOfServer, ReplacesOurs) {
    MqttClientRig rig{{.keep_alive_seconds = 0}};
    rig.connect({.server_keep_alive = 7});
    rig.wait(7s);
    EXPECT_THAT(rig.written(), ElementsAre("PINGREQ"));

    MqttClientRig never{{.keep_alive_seconds = 60}};
    never.connect({.server_keep_alive = 0});
    EXPECT_FALSE(never.client().deadline());
}

TEST(MqttClientPing, HasADeadlineWithoutKeepAlive) {
    MqttClientRig rig{{.keep_alive_seconds = 0, .ping_timeout = 10s}};
    rig.connect();
    MqttClient::Turn turn = rig.turn();
    rig.client().ping(turn);
    rig.client().ping(turn);
    EXPECT_THAT(rig.written(), ElementsAre("PINGREQ", "PINGREQ"));
    rig.wait(9s);
    rig.send_bytes(pong().bytes());
    rig.wait(9s);
    EXPECT_FALSE(rig.client().has_ended());
    rig.send_bytes(pong().bytes());
    EXPECT_FALSE(rig.client().deadline());
}

}  // namespace
}  // namespace kleber::connection
