#include <gmock/gmock.h>

#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::connection {
namespace {

using namespace std::chrono_literals;
using codec::mqtt::PacketType;
using codec::mqtt::ProtocolVersion;
using testing::ElementsAre;
using testing::IsEmpty;

class MqttClientPublish : public testing::TestWithParam<ProtocolVersion> {
  protected:
    MqttClientRig rig_{{.version = GetParam(), .client_id = "me", .in_flight_max = 2}};
};
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientPublish,
                         testing::Values(ProtocolVersion::V31, ProtocolVersion::V311,
                                         ProtocolVersion::V5));

TEST_P(MqttClientPublish, CompletesEachQos) {
    rig_.connect();
    ASSERT_TRUE(rig_.publish("t", "zero", Qos::AtMostOnce, 10, true));
    ASSERT_TRUE(rig_.publish("t", "one", Qos::AtLeastOnce, 11));
    ASSERT_TRUE(rig_.publish("t", "two", Qos::ExactlyOnce, 12));
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q0 retain t=zero", "PUBLISH q1 id1 t=one",
                                            "PUBLISH q2 id2 t=two"));
    EXPECT_THAT(rig_.told(), ElementsAre("connected", "published 10 q0 success"));
    rig_.send_ack(PacketType::Pubrec, 2);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREL 2"));
    rig_.send_ack(PacketType::Puback, 1);
    rig_.send_ack(PacketType::Pubcomp, 2);
    EXPECT_THAT(rig_.told(), ElementsAre("published 11 q1 success", "published 12 q2 success"));
    EXPECT_EQ(rig_.client().in_flight_count(), 0U);
}

TEST_P(MqttClientPublish, KeepsWhatComesBeforeTheConnection) {
    ASSERT_TRUE(rig_.publish("t", "a", Qos::AtMostOnce, 1));
    ASSERT_TRUE(rig_.publish("t", "b", Qos::AtLeastOnce, 2));
    EXPECT_THAT(rig_.written(), IsEmpty());
    rig_.connect();
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q0 t=a", "PUBLISH q1 id1 t=b"));
}

TEST_P(MqttClientPublish, KeepsToItsWindowAndItsOrder) {
    rig_.connect();
    for (std::uint64_t i = 1; i <= 4; ++i) {
        ASSERT_TRUE(rig_.publish("t", std::to_string(i), Qos::AtLeastOnce, i));
    }
    ASSERT_TRUE(rig_.publish("t", "last", Qos::AtMostOnce, 5));
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id1 t=1", "PUBLISH q1 id2 t=2"));
    rig_.send_ack(PacketType::Puback, 2);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id3 t=3"));
    rig_.send_ack(PacketType::Puback, 1);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id4 t=4", "PUBLISH q0 t=last"));
}

TEST_P(MqttClientPublish, OpensTheWindowOnlyWithPubcomp) {
    rig_.connect();
    for (std::uint64_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(rig_.publish("t", std::to_string(i), Qos::ExactlyOnce, i));
    }
    rig_.written();
    rig_.send_ack(PacketType::Pubrec, 1);
    rig_.send_ack(PacketType::Pubrec, 2);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREL 1", "PUBREL 2"));
    rig_.send_ack(PacketType::Pubcomp, 1);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q2 id3 t=3"));
}

TEST_P(MqttClientPublish, AnswersWhatItDoesNotKnow) {
    rig_.connect();
    rig_.send_ack(PacketType::Puback, 77);
    rig_.send_ack(PacketType::Pubcomp, 77);
    rig_.send_ack(PacketType::Pubrec, 77);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREL 77"));
    EXPECT_EQ(rig_.client().unknown_acknowledgement_count(), 2U);
    EXPECT_TRUE(rig_.client().is_connected());

    ASSERT_TRUE(rig_.publish("t", "x", Qos::ExactlyOnce, 1));
    rig_.send_ack(PacketType::Pubrec, 1);
    rig_.send_ack(PacketType::Pubrec, 1);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q2 id1 t=x", "PUBREL 1", "PUBREL 1"));
}

TEST_P(MqttClientPublish, WrapsItsIdentifiersAndSkipsThoseInUse) {
    rig_.connect();
    ASSERT_TRUE(rig_.publish("t", "stuck", Qos::AtLeastOnce, 0));
    for (std::uint32_t i = 2; i <= 65'535; ++i) {
        ASSERT_TRUE(rig_.publish("t", "", Qos::AtLeastOnce, i));
        rig_.send_ack(PacketType::Puback, static_cast<std::uint16_t>(i));
        rig_.out().consume(rig_.out().size_bytes());
    }
    EXPECT_EQ(rig_.client().in_flight_count(), 1U);
    ASSERT_TRUE(rig_.publish("t", "again", Qos::AtLeastOnce, 1));
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id2 t=again"));
}

TEST_P(MqttClientPublish, RefersToLargePayloads) {
    const std::string large(100'000, 'x');
    rig_.connect();
    ASSERT_TRUE(rig_.publish("t", large, Qos::AtLeastOnce, 1));
    EXPECT_LT(rig_.out().bytes().size(), 100U);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBLISH q1 id1 t=" + large));
}

TEST_P(MqttClientPublish, RefusesWhatCannotBePublished) {
    rig_.connect();
    const std::string too_long(65'536, 'x');
    for (const std::string_view topic : {std::string_view{""}, std::string_view{"a/+"},
                                         std::string_view{"#"}, std::string_view{"\xED\xA0\x80"},
                                         std::string_view{"a\0b", 3}, std::string_view{too_long}}) {
        EXPECT_EQ(rig_.publish(topic, "x", Qos::AtMostOnce, 1).error(),
                  ReasonCode::TopicNameInvalid);
    }
    EXPECT_THAT(rig_.written(), IsEmpty());
    EXPECT_TRUE(rig_.publish(std::string(65'535, 'x'), "x", Qos::AtMostOnce, 1));
}

TEST_P(MqttClientPublish, RefusesMoreThanAPacketCanSay) {
    rig_.connect();
    const std::string giant(kVarintMax - 1, 'x');
    EXPECT_EQ(rig_.publish("t", giant, Qos::AtMostOnce, 1).error(), ReasonCode::PacketTooLarge);
    EXPECT_THAT(rig_.written(), IsEmpty());
}

TEST_P(MqttClientPublish, DropsWhatExpiredWhileItWaited) {
    MqttClient::Turn turn = rig_.turn();
    ASSERT_TRUE(rig_.client().publish(
        port::MessageFields{.topic = "t", .expires_at = rig_.now().steady + 10s}, Ticket{1}, turn));
    ASSERT_TRUE(rig_.client().publish(
        port::MessageFields{.topic = "u", .expires_at = rig_.now().steady + 12'500ms}, Ticket{2},
        turn));
    rig_.wait(10s);
    rig_.connect();
    EXPECT_THAT(
        rig_.written(),
        ElementsAre(GetParam() == ProtocolVersion::V5 ? "PUBLISH q0 expiry3 u=" : "PUBLISH q0 u="));
    EXPECT_THAT(rig_.told(),
                ElementsAre("connected", "discarded 1 expired", "published 2 q0 success"));
}

TEST(MqttClientQueue, IsBoundedByCountAndBytes) {
    MqttClientRig by_count{{.queue_messages_max = 2}};
    ASSERT_TRUE(by_count.publish("t", "a", Qos::AtMostOnce, 1));
    ASSERT_TRUE(by_count.publish("t", "b", Qos::AtMostOnce, 2));
    EXPECT_EQ(by_count.publish("t", "c", Qos::AtMostOnce, 3).error(), ReasonCode::QuotaExceeded);
    by_count.connect();
    EXPECT_TRUE(by_count.publish("t", "c", Qos::AtMostOnce, 3));

    MqttClientRig by_bytes{{.queue_bytes_max = 1000}};
    ASSERT_TRUE(by_bytes.publish("t", std::string(5000, 'x'), Qos::AtMostOnce, 1));
    EXPECT_EQ(by_bytes.publish("t", "b", Qos::AtMostOnce, 2).error(), ReasonCode::QuotaExceeded);
    EXPECT_EQ(by_bytes.client().waiting_count(), 1U);
}

TEST(MqttClientQueue, WaitsForALinkThatTakesNoMore) {
    MqttClientRig rig{{.unwritten_bytes_max = 10}};
    rig.connect();
    ASSERT_TRUE(rig.publish("t", "0123456789", Qos::AtMostOnce, 1));
    ASSERT_TRUE(rig.publish("t", "x", Qos::AtMostOnce, 2));
    EXPECT_EQ(rig.client().waiting_count(), 1U);
    EXPECT_FALSE(rig.client().is_reading(rig.out()));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 t=0123456789"));
    EXPECT_TRUE(rig.client().is_reading(rig.out()));
    MqttClient::Turn turn = rig.turn();
    rig.client().drained(turn);
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 t=x"));
}

TEST(MqttClientPublishOfFive, TellsTheServersReason) {
    MqttClientRig rig{{}};
    rig.connect();
    for (std::uint64_t i = 1; i <= 2; ++i) {
        ASSERT_TRUE(rig.publish("t", "x", Qos::AtLeastOnce, i));
    }
    for (std::uint64_t i = 3; i <= 4; ++i) {
        ASSERT_TRUE(rig.publish("t", "x", Qos::ExactlyOnce, i));
    }
    rig.written();
    rig.send_ack(PacketType::Puback, 1, ReasonCode::NoMatchingSubscribers);
    rig.send_ack(PacketType::Puback, 2, ReasonCode::QuotaExceeded);
    rig.send_ack(PacketType::Pubrec, 3, ReasonCode::NotAuthorized);
    rig.send_ack(PacketType::Pubrec, 4, ReasonCode::NoMatchingSubscribers);
    rig.send_ack(PacketType::Pubcomp, 4, ReasonCode::PacketIdentifierNotFound);
    EXPECT_THAT(rig.written(), ElementsAre("PUBREL 4"));
    EXPECT_THAT(rig.told(),
                ElementsAre("connected", "published 1 q1 no matching subscribers",
                            "published 2 q1 quota exceeded", "published 3 q2 not authorized",
                            "published 4 q2 no matching subscribers"));
    EXPECT_EQ(rig.client().in_flight_count(), 0U);
}

TEST(MqttClientPublishOfFive, KeepsToTheReceiveMaximum) {
    MqttClientRig rig{{}};
    rig.connect({.receive_maximum = 1});
    ASSERT_TRUE(rig.publish("t", "a", Qos::AtLeastOnce, 1));
    ASSERT_TRUE(rig.publish("t", "b", Qos::ExactlyOnce, 2));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id1 t=a"));
    rig.send_ack(PacketType::Puback, 1);
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q2 id2 t=b"));
}

TEST(MqttClientPublishOfFive, KeepsToTheMaximumPacketSize) {
    MqttClientRig rig{{}};
    ASSERT_TRUE(rig.publish("t", std::string(100, 'x'), Qos::AtMostOnce, 1));
    rig.connect({.maximum_packet_size = 50, .topic_alias_maximum = 5});
    EXPECT_THAT(rig.told(), ElementsAre("connected", "discarded 1 too large"));
    EXPECT_EQ(rig.publish("t", std::string(45, 'x'), Qos::AtMostOnce, 2).error(),
              ReasonCode::PacketTooLarge);
    EXPECT_TRUE(rig.publish("t", std::string(44, 'x'), Qos::AtMostOnce, 3));
    EXPECT_EQ(rig.out().size_bytes(), 50U);  // and no alias
}

TEST(MqttClientPublishOfFive, LowersWhatTheServerDoesNotTake) {
    MqttClientRig rig{{}};
    rig.connect({.maximum_qos = Qos::AtLeastOnce, .retain_available = false});
    ASSERT_TRUE(rig.publish("t", "x", Qos::ExactlyOnce, 1, true));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id1 t=x"));
    rig.send_ack(PacketType::Puback, 1);
    EXPECT_THAT(rig.told(), ElementsAre("connected", "published 1 q1 success"));
}

TEST(MqttClientPublishOfFive, DiscardsWhatTheServerDoesNotTakeIfTold) {
    MqttClientRig rig{{.beyond_server = BeyondServer::Discard}};
    rig.connect({.maximum_qos = Qos::AtLeastOnce, .retain_available = false});
    ASSERT_TRUE(rig.publish("t", "x", Qos::ExactlyOnce, 1));
    ASSERT_TRUE(rig.publish("t", "x", Qos::AtLeastOnce, 2, true));
    EXPECT_THAT(rig.written(), IsEmpty());
    EXPECT_THAT(rig.told(), ElementsAre("connected", "discarded 1 qos", "discarded 2 retain"));
}

TEST(MqttClientPublishOfFive, AliasesTopicsOnEachLinkAnew) {
    MqttClientRig rig{{.outgoing_aliases_max = 10}};
    rig.connect({.topic_alias_maximum = 1});
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(rig.publish("topic", "x", Qos::AtMostOnce, 1));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 alias1 topic=x", "PUBLISH q0 alias1 =x"));
    rig.cut();
    rig.connect({.topic_alias_maximum = 1});
    ASSERT_TRUE(rig.publish("topic", "x", Qos::AtMostOnce, 1));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 alias1 topic=x"));
    rig.cut();
    rig.connect();
    ASSERT_TRUE(rig.publish("topic", "x", Qos::AtMostOnce, 1));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 topic=x"));
}

TEST(MqttClientPublishOfFive, CarriesPropertiesOnlyThere) {
    ByteBuffer properties;
    ASSERT_TRUE(codec::mqtt::append_user_property(properties, "a", "b"));
    for (const auto& [version, size] :
         {std::pair{ProtocolVersion::V5, 14U}, std::pair{ProtocolVersion::V311, 6U}}) {
        MqttClientRig rig{{.version = version, .client_id = "me"}};
        rig.connect();
        MqttClient::Turn turn = rig.turn();
        ASSERT_TRUE(rig.client().publish(
            port::MessageFields{
                .topic = "t", .properties = properties.bytes(), .payload = as_bytes("x")},
            Ticket{1}, turn));
        EXPECT_EQ(rig.out().size_bytes(), size);
    }
}

}  // namespace
}  // namespace kleber::connection
