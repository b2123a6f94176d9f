#include <gmock/gmock.h>

#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::PacketType;
using codec::mqtt::ProtocolVersion;
using testing::ElementsAre;
using testing::IsEmpty;

ClientOptions lasting(ProtocolVersion version) {
    return {.version = version,
            .client_id = "me",
            .clean_start = false,
            .session_expiry_seconds = 1000};
}

class MqttClientResume : public testing::TestWithParam<ProtocolVersion> {
  protected:
    MqttClientRig rig_{lasting(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientResume,
                         testing::Values(ProtocolVersion::V31, ProtocolVersion::V311,
                                         ProtocolVersion::V5));

TEST_P(MqttClientResume, SendsAgainInOrder) {
    rig_.connect();
    ASSERT_TRUE(rig_.publish("t", "a", Qos::AtLeastOnce, 1));
    ASSERT_TRUE(rig_.publish("t", "b", Qos::ExactlyOnce, 2));
    ASSERT_TRUE(rig_.publish("t", "c", Qos::ExactlyOnce, 3));
    ASSERT_TRUE(rig_.publish("t", "d", Qos::ExactlyOnce, 4, true));
    ASSERT_TRUE(rig_.publish("t", "e", Qos::AtLeastOnce, 5));
    rig_.send_ack(PacketType::Pubrec, 3);
    rig_.send_ack(PacketType::Pubrec, 2);
    rig_.send_ack(PacketType::Puback, 5);
    rig_.written();
    rig_.cut();
    ASSERT_TRUE(rig_.publish("t", "f", Qos::AtMostOnce, 6));
    rig_.told();

    rig_.connect({.session_present = true});
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREL 3", "PUBREL 2", "PUBLISH q1 id1 dup t=a",
                                            "PUBLISH q2 id4 dup retain t=d", "PUBLISH q0 t=f"));
    rig_.send_ack(PacketType::Pubcomp, 3);
    rig_.send_ack(PacketType::Pubcomp, 2);
    rig_.send_ack(PacketType::Puback, 1);
    rig_.send_ack(PacketType::Pubrec, 4);
    rig_.send_ack(PacketType::Pubcomp, 4);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREL 4"));
    EXPECT_EQ(rig_.told().size(), 6U);
    EXPECT_EQ(rig_.client().in_flight_count(), 0U);
}

TEST_P(MqttClientResume, SendsAgainOnEachLink) {
    rig_.connect();
    ASSERT_TRUE(rig_.publish("t", "a", Qos::AtLeastOnce, 1));
    rig_.written();
    for (int i = 0; i < 3; ++i) {
        rig_.cut();
        rig_.connect({.session_present = true});
        EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id1 dup t=a"));
    }
}

TEST_P(MqttClientResume, KeepsItsStateThroughFailedConnects) {
    rig_.connect();
    ASSERT_TRUE(rig_.publish("t", "a", Qos::AtLeastOnce, 1));
    rig_.cut();
    rig_.connect({.reason = ReasonCode::ServerUnavailable});
    MqttClient::Turn turn = rig_.turn();
    rig_.client().connect(turn);
    rig_.cut();
    rig_.connect({.session_present = true});
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id1 dup t=a"));
}

TEST_P(MqttClientResume, TakesAMessageOfQos2OnceAcrossLinks) {
    rig_.connect();
    rig_.send_message("t", "x", Qos::ExactlyOnce, 6);
    rig_.send_message("t", "y", Qos::ExactlyOnce, 7);
    rig_.cut();
    rig_.told();
    rig_.connect({.session_present = true});
    rig_.send_message("t", "x", Qos::ExactlyOnce, 6, true);
    rig_.send_ack(PacketType::Pubrel, 7);
    rig_.send_ack(PacketType::Pubrel, 6);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREC 6", "PUBCOMP 7", "PUBCOMP 6"));
    EXPECT_EQ(rig_.told().size(), 1U);
    rig_.send_message("t", "z", Qos::ExactlyOnce, 6);
    EXPECT_THAT(rig_.told(), ElementsAre("received q2 t=z"));
}

TEST_P(MqttClientResume, AcknowledgesLaterWhatWasOwnedInBetween) {
    ClientOptions options = lasting(GetParam());
    options.acknowledging = Acknowledging::Manual;
    MqttClientRig rig{options};
    rig.connect();
    rig.told();
    rig.send_message("t", "one", Qos::AtLeastOnce, 1);
    rig.send_message("t", "two", Qos::ExactlyOnce, 2);
    rig.send_message("t", "mine later", Qos::AtLeastOnce, 3);
    std::vector<Receipt> receipts;
    for (const ClientEvent& event : rig.events()) {
        receipts.push_back(std::get<Received>(event).receipt);
    }
    rig.cut();
    MqttClient::Turn turn = rig.turn();
    rig.client().acknowledge(receipts.at(0), ReasonCode::Success, turn);
    rig.told();
    rig.connect({.session_present = true});
    // Not before the server has sent it again: it could take the answer for another's.
    rig.client().acknowledge(receipts.at(1), ReasonCode::Success, turn);
    EXPECT_THAT(rig.written(), IsEmpty());
    rig.send_message("t", "one", Qos::AtLeastOnce, 1, true);
    rig.send_message("t", "two", Qos::ExactlyOnce, 2, true);
    rig.send_message("t", "mine later", Qos::AtLeastOnce, 3, true);
    EXPECT_THAT(rig.written(), ElementsAre("PUBACK 1", "PUBREC 2"));
    rig.client().acknowledge(receipts.at(2), ReasonCode::Success, turn);
    rig.send_ack(PacketType::Pubrel, 2);
    EXPECT_THAT(rig.written(), ElementsAre("PUBACK 3", "PUBCOMP 2"));
    EXPECT_EQ(rig.told().size(), 1U);  // connected; nothing was delivered twice
}

class MqttClientSessionLost : public testing::TestWithParam<ProtocolVersion> {
  protected:
    // Two publishes under way, one recorded, one waiting, one received: then the link goes.
    static void prepare(MqttClientRig& rig) {
        rig.connect();
        ASSERT_TRUE(rig.publish("t", "a", Qos::ExactlyOnce, 1));
        ASSERT_TRUE(rig.publish("t", "b", Qos::ExactlyOnce, 2));
        ASSERT_TRUE(rig.publish("t", "c", Qos::AtLeastOnce, 3));
        rig.send_ack(PacketType::Pubrec, 1);
        rig.send_message("t", "x", Qos::ExactlyOnce, 9);
        rig.cut();
        ASSERT_TRUE(rig.publish("t", "d", Qos::AtMostOnce, 4));
        rig.told();
    }
};
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientSessionLost,
                         testing::Values(ProtocolVersion::V311, ProtocolVersion::V5));

TEST_P(MqttClientSessionLost, PublishesAgainAsNew) {
    MqttClientRig rig{lasting(GetParam())};
    prepare(rig);
    rig.connect();
    EXPECT_THAT(rig.written(),
                ElementsAre("PUBLISH q2 id4 t=b", "PUBLISH q1 id5 t=c", "PUBLISH q0 t=d"));
    EXPECT_THAT(rig.told(), ElementsAre("published 1 q2 success", "connected again2",
                                        "published 4 q0 success"));
    // What the server sends now is new too.
    rig.send_message("t", "x", Qos::ExactlyOnce, 9);
    EXPECT_THAT(rig.told(), ElementsAre("received q2 t=x"));
}

TEST_P(MqttClientSessionLost, GivesUpIfTold) {
    ClientOptions options = lasting(GetParam());
    options.session_loss = SessionLoss::Discard;
    MqttClientRig rig{options};
    prepare(rig);
    rig.connect();
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 t=d"));
    EXPECT_THAT(rig.told(),
                ElementsAre("discarded 2 session lost", "discarded 3 session lost",
                            "published 1 q2 success", "connected", "published 4 q0 success"));
    EXPECT_EQ(rig.client().in_flight_count(), 0U);
}

TEST(MqttClientResumeOfFive, KeepsToASmallerWindow) {
    MqttClientRig rig{lasting(ProtocolVersion::V5)};
    rig.connect();
    for (std::uint64_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(rig.publish("t", std::to_string(i), Qos::AtLeastOnce, i));
    }
    rig.cut();
    ASSERT_TRUE(rig.publish("t", "4", Qos::AtLeastOnce, 4));
    rig.connect({.session_present = true, .receive_maximum = 1});
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id1 dup t=1"));
    rig.send_ack(PacketType::Puback, 2);  // before its turn: it need not go again
    rig.send_ack(PacketType::Puback, 1);
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id3 dup t=3"));
    rig.send_ack(PacketType::Puback, 3);
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id4 t=4"));
}

TEST(MqttClientResumeOfFive, GivesUpWhatTheServerNoLongerTakes) {
    MqttClientRig rig{lasting(ProtocolVersion::V5)};
    rig.connect();
    ASSERT_TRUE(rig.publish("t", "x", Qos::ExactlyOnce, 1));
    ASSERT_TRUE(rig.publish("t", "x", Qos::AtLeastOnce, 2, true));
    ASSERT_TRUE(rig.publish("t", std::string(100, 'x'), Qos::AtLeastOnce, 3));
    ASSERT_TRUE(rig.publish("t", "x", Qos::AtLeastOnce, 4));
    rig.cut();
    rig.told();
    rig.connect({.session_present = true,
                 .maximum_qos = Qos::AtLeastOnce,
                 .retain_available = false,
                 .maximum_packet_size = 50});
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id4 dup t=x"));
    EXPECT_THAT(rig.told(), ElementsAre("connected present", "discarded 1 qos",
                                        "discarded 2 retain", "discarded 3 too large"));
}

TEST(MqttClientResumeOfFive, AcceptsASessionOfAnEarlierProcess) {
    MqttClientRig rig{lasting(ProtocolVersion::V5)};
    rig.connect({.session_present = true});
    rig.send_ack(PacketType::Pubrel, 8);
    EXPECT_THAT(rig.written(), ElementsAre("PUBCOMP 8"));
    EXPECT_THAT(rig.told(), ElementsAre("connected present"));
}

}  // namespace
}  // namespace kleber::connection
