#include <gmock/gmock.h>

#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::connection {
namespace {

using namespace std::chrono_literals;
using codec::mqtt::PacketType;
using codec::mqtt::ProtocolVersion;
using codec::mqtt::Publish;
using testing::ElementsAre;
using testing::IsEmpty;

class MqttClientReceive : public testing::TestWithParam<ProtocolVersion> {
  protected:
    explicit MqttClientReceive(Acknowledging acknowledging = Acknowledging::Automatic)
        : rig_{{.version = GetParam(), .client_id = "me", .acknowledging = acknowledging}} {}

    // Acknowledges the first message told of.
    void acknowledge(ReasonCode reason = ReasonCode::Success) {
        MqttClient::Turn turn = rig_.turn();
        for (const ClientEvent& event : rig_.events()) {
            if (const auto* received = std::get_if<Received>(&event)) {
                rig_.client().acknowledge(received->receipt, reason, turn);
                return;
            }
        }
    }

    MqttClientRig rig_;
};
class MqttClientOwning : public MqttClientReceive {
  protected:
    MqttClientOwning() : MqttClientReceive{Acknowledging::Manual} {}
};
const auto kVersions =
    testing::Values(ProtocolVersion::V31, ProtocolVersion::V311, ProtocolVersion::V5);
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientReceive, kVersions);
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientOwning, kVersions);

TEST_P(MqttClientReceive, AcknowledgesEachQos) {
    rig_.connect();
    rig_.told();
    rig_.send_message("t", "zero", Qos::AtMostOnce);
    EXPECT_THAT(rig_.written(), IsEmpty());
    rig_.send_message("t", "one", Qos::AtLeastOnce, 5);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBACK 5"));
    rig_.send_message("t", "two", Qos::ExactlyOnce, 6);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREC 6"));
    rig_.send_ack(PacketType::Pubrel, 6);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBCOMP 6"));
    EXPECT_THAT(rig_.told(),
                ElementsAre("received q0 t=zero", "received q1 t=one", "received q2 t=two"));
}

TEST_P(MqttClientReceive, TakesAMessageOfQos2Once) {
    rig_.connect();
    rig_.told();
    rig_.send_message("t", "x", Qos::ExactlyOnce, 6);
    rig_.send_message("t", "x", Qos::ExactlyOnce, 6, true);
    rig_.send_message("t", "other", Qos::ExactlyOnce, 6);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREC 6", "PUBREC 6", "PUBREC 6"));
    rig_.send_ack(PacketType::Pubrel, 6);
    rig_.send_ack(PacketType::Pubrel, 6);
    rig_.send_message("t", "y", Qos::ExactlyOnce, 6);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBCOMP 6", "PUBCOMP 6", "PUBREC 6"));
    EXPECT_THAT(rig_.told(), ElementsAre("received q2 t=x", "received q2 t=y"));
}

TEST_P(MqttClientReceive, TakesBytesAsTheyCome) {
    ByteBuffer stream = MqttClientRig::wire(GetParam(), codec::mqtt::Connack{});
    stream.append(
        MqttClientRig::wire(GetParam(), Publish{.topic = "t",
                                                .payload = as_bytes(std::string(200, 'x')),
                                                .packet_id = 3,
                                                .qos = Qos::ExactlyOnce})
            .bytes());
    stream.append(MqttClientRig::wire(GetParam(),
                                      codec::mqtt::Ack{.type = PacketType::Pubrel, .packet_id = 3})
                      .bytes());
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        MqttClientRig rig{{.version = GetParam(), .client_id = "me"}};
        MqttClient::Turn turn = rig.turn();
        rig.client().connect(turn);
        rig.written();
        rig.send_bytes(stream.bytes().first(cut));
        rig.send_bytes(stream.bytes().subspan(cut));
        EXPECT_THAT(rig.written(), ElementsAre("PUBREC 3", "PUBCOMP 3")) << cut;
        EXPECT_THAT(rig.told(), ElementsAre("connected", "received q2 t=" + std::string(200, 'x')));
        EXPECT_EQ(rig.client().wanted_bytes(), 0U);
    }
    MqttClientRig rig{{.version = GetParam(), .client_id = "me"}};
    MqttClient::Turn turn = rig.turn();
    rig.client().connect(turn);
    rig.written();
    for (std::size_t i = 0; i < stream.size(); ++i) rig.send_bytes(stream.bytes().subspan(i, 1));
    EXPECT_THAT(rig.written(), ElementsAre("PUBREC 3", "PUBCOMP 3"));
}

TEST_P(MqttClientReceive, SaysHowMuchItWants) {
    rig_.connect();
    const ByteBuffer packet =
        MqttClientRig::wire(GetParam(), Publish{.topic = "t", .payload = as_bytes("12345")});
    MqttClient::Turn turn = rig_.turn();
    EXPECT_EQ(rig_.client().receive(packet.bytes().first(4), turn), 0U);
    EXPECT_EQ(rig_.client().wanted_bytes(), packet.size());
    EXPECT_EQ(rig_.client().receive(packet.bytes(), turn), packet.size());
    EXPECT_EQ(rig_.client().wanted_bytes(), 0U);
}

TEST_P(MqttClientOwning, AcknowledgesWhenTheApplicationOwns) {
    rig_.connect();
    rig_.send_message("t", "one", Qos::AtLeastOnce, 5);
    EXPECT_THAT(rig_.written(), IsEmpty());
    acknowledge();
    acknowledge();
    EXPECT_THAT(rig_.written(), ElementsAre("PUBACK 5"));
    rig_.told();

    rig_.send_message("t", "two", Qos::ExactlyOnce, 5);
    rig_.send_message("t", "two", Qos::ExactlyOnce, 5, true);
    EXPECT_THAT(rig_.written(), IsEmpty());
    acknowledge();
    acknowledge();
    EXPECT_THAT(rig_.written(), ElementsAre("PUBREC 5"));
    rig_.send_ack(PacketType::Pubrel, 5);
    EXPECT_THAT(rig_.written(), ElementsAre("PUBCOMP 5"));
    EXPECT_THAT(rig_.told(), ElementsAre("received q2 t=two"));
}

TEST_P(MqttClientOwning, RefusesOnlyWhereItCanBeSaid) {
    const bool is_five = GetParam() == ProtocolVersion::V5;
    rig_.connect();
    rig_.told();
    rig_.send_message("t", "x", Qos::ExactlyOnce, 5);
    acknowledge(ReasonCode::QuotaExceeded);
    EXPECT_THAT(rig_.written(), ElementsAre(is_five ? "PUBREC 5 quota exceeded" : "PUBREC 5"));
    rig_.told();
    // A refused identifier is free at once.
    rig_.send_message("t", "y", Qos::ExactlyOnce, 5);
    EXPECT_EQ(rig_.told().size(), is_five ? 1U : 0U);
}

TEST_P(MqttClientOwning, IgnoresReceiptsOfAnEarlierSession) {
    rig_.connect();
    rig_.told();
    rig_.send_message("t", "old", Qos::AtLeastOnce, 5);
    const Receipt old = std::get<Received>(rig_.events().at(0)).receipt;
    rig_.cut();
    rig_.connect();
    rig_.send_message("t", "new", Qos::AtLeastOnce, 5);
    MqttClient::Turn turn = rig_.turn();
    rig_.client().acknowledge(old, ReasonCode::Success, turn);
    rig_.client().acknowledge(Receipt{}, ReasonCode::Success, turn);
    EXPECT_THAT(rig_.written(), IsEmpty());
}

TEST(MqttClientReceiveOfFive, CountsWhatIsNotAcknowledged) {
    MqttClientRig rig{{.receive_maximum = 2, .acknowledging = Acknowledging::Manual}};
    rig.connect();
    rig.send_message("t", "x", Qos::AtLeastOnce, 1);
    rig.send_message("t", "x", Qos::ExactlyOnce, 2);
    EXPECT_TRUE(rig.client().is_connected());
    rig.send_message("t", "x", Qos::AtLeastOnce, 3);
    EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT receive maximum exceeded"));
    EXPECT_TRUE(rig.client().has_ended());
}

TEST(MqttClientReceiveOfFive, CountsQos2UntilPubrel) {
    MqttClientRig rig{{.receive_maximum = 1}};
    rig.connect();
    for (std::uint16_t id = 1; id < 10; ++id) {
        rig.send_message("t", "x", Qos::ExactlyOnce, id);
        rig.send_ack(PacketType::Pubrel, id);
    }
    EXPECT_TRUE(rig.client().is_connected());
    rig.send_message("t", "x", Qos::ExactlyOnce, 1);
    rig.send_message("t", "x", Qos::ExactlyOnce, 2);
    EXPECT_TRUE(rig.client().has_ended());
}

TEST(MqttClientReceiveOfFive, ResolvesAliasesOfThisLink) {
    MqttClientRig rig{{.topic_alias_maximum = 2}};
    rig.connect();
    rig.told();
    rig.send(Publish{.topic = "a", .topic_alias = 2});
    rig.send(Publish{.topic = "", .payload = as_bytes("x"), .topic_alias = 2});
    rig.send(Publish{.topic = "b", .topic_alias = 2});
    rig.send(Publish{.topic = "", .topic_alias = 2});
    EXPECT_THAT(rig.told(), ElementsAre("received q0 a=", "received q0 a=x",
                                        "received q0 b=", "received q0 b="));
    rig.cut();
    rig.connect();
    rig.send(Publish{.topic = "", .topic_alias = 2});
    EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT protocol error"));
}

TEST(MqttClientReceiveOfFive, KeepsWhatTravelsAndReadsTheRest) {
    ByteBuffer properties;
    ASSERT_TRUE(codec::mqtt::append_user_property(properties, "a", "b"));
    ByteBuffer with_ids;
    with_ids.append(properties.bytes());
    for (const std::uint32_t id : {7U, 9U}) {
        with_ids.u8(static_cast<std::uint8_t>(codec::mqtt::PropertyId::SubscriptionId));
        with_ids.varint(id);
    }
    MqttClientRig rig{{}};
    rig.connect();
    rig.told();
    rig.send(Publish{.topic = "t",
                     .properties = with_ids.bytes(),
                     .retain = true,
                     .has_subscription_ids = true,
                     .topic_alias = 1,
                     .message_expiry = 30});
    const auto& received = std::get<Received>(rig.events().at(0));
    EXPECT_EQ(as_text(received.message->properties()), as_text(properties.bytes()));
    EXPECT_EQ(received.message->expires_at(), rig.now().steady + 30s);
    EXPECT_TRUE(received.message->is_retained());
    EXPECT_THAT(rig.told(), ElementsAre("received q0 retain sub7 sub9 t="));
}

}  // namespace
}  // namespace kleber::connection
