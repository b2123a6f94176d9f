#include <gmock/gmock.h>

#include <array>

#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::ProtocolVersion;
using codec::mqtt::Subscription;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<std::uint8_t, 2> kTwoCodes{0x01, 0x80};
constexpr std::array<std::uint8_t, 2> kTwoUnsubscribed{0x00, 0x11};

class MqttClientSubscribe : public testing::TestWithParam<ProtocolVersion> {
  protected:
    MqttClientSubscribe() : rig_{{.version = GetParam(), .client_id = "me"}} {}

    Status<ReasonCode> subscribe(std::string_view filter) {
        const Subscription one{.filter = filter, .qos = Qos::AtLeastOnce};
        MqttClient::Turn turn = rig_.turn();
        return rig_.client().subscribe({&one, 1}, std::nullopt, Ticket{1}, turn);
    }

    MqttClientRig rig_;
};
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientSubscribe,
                         testing::Values(ProtocolVersion::V31, ProtocolVersion::V311,
                                         ProtocolVersion::V5));

TEST_P(MqttClientSubscribe, TellsOneCodeAFilter) {
    rig_.connect();
    const std::array<Subscription, 2> two{
        {{.filter = "a/#", .qos = Qos::AtLeastOnce}, {.filter = "b", .qos = Qos::ExactlyOnce}}};
    MqttClient::Turn turn = rig_.turn();
    ASSERT_TRUE(rig_.client().subscribe(two, std::nullopt, Ticket{9}, turn));
    EXPECT_THAT(rig_.written(), ElementsAre("SUBSCRIBE 1 a/# q1 b q2"));
    rig_.send(codec::mqtt::Suback{.packet_id = 1, .reason_codes = kTwoCodes});
    EXPECT_THAT(rig_.told(), ElementsAre("connected", "subscribed 9: 1 128"));
}

TEST_P(MqttClientSubscribe, Unsubscribes) {
    rig_.connect();
    const std::array<std::string_view, 2> two{"a/#", "b"};
    MqttClient::Turn turn = rig_.turn();
    ASSERT_TRUE(rig_.client().unsubscribe(two, Ticket{9}, turn));
    EXPECT_THAT(rig_.written(), ElementsAre("UNSUBSCRIBE 1 a/# b"));
    rig_.send(codec::mqtt::Unsuback{.packet_id = 1, .reason_codes = kTwoUnsubscribed});
    EXPECT_THAT(rig_.told(), ElementsAre("connected", GetParam() == ProtocolVersion::V5
                                                          ? "unsubscribed 9: 0 17"
                                                          : "unsubscribed 9: 0 0"));
}

TEST_P(MqttClientSubscribe, TellsWhatNobodyWillAnswer) {
    rig_.connect();
    ASSERT_TRUE(subscribe("a"));
    MqttClient::Turn turn = rig_.turn();
    const std::string_view filter = "b";
    ASSERT_TRUE(rig_.client().unsubscribe({&filter, 1}, Ticket{2}, turn));
    rig_.cut();
    EXPECT_THAT(rig_.told(),
                ElementsAre("connected", "discarded 1 link lost", "discarded 2 link lost",
                            "ended by link: unspecified error"));
}

TEST_P(MqttClientSubscribe, RefusesWhatIsNoFilter) {
    EXPECT_EQ(subscribe("a").error(), ReasonCode::ServerUnavailable);
    rig_.connect();
    for (const std::string_view filter :
         {std::string_view{""}, std::string_view{"a#"}, std::string_view{"#/a"},
          std::string_view{"a+/b"}, std::string_view{"$share/g"}, std::string_view{"$share//a"},
          std::string_view{"\xC0\x80"}, std::string_view{"a\0b", 3}}) {
        EXPECT_EQ(subscribe(filter).error(), ReasonCode::TopicFilterInvalid) << filter;
    }
    EXPECT_EQ(subscribe(std::string(65'536, 'x')).error(), ReasonCode::TopicFilterInvalid);
    MqttClient::Turn turn = rig_.turn();
    EXPECT_EQ(rig_.client().subscribe({}, std::nullopt, Ticket{1}, turn).error(),
              ReasonCode::TopicFilterInvalid);
    EXPECT_EQ(rig_.client().unsubscribe({}, Ticket{1}, turn).error(),
              ReasonCode::TopicFilterInvalid);
    const std::string too_long(65'536, 'x');
    const std::string_view filter = too_long;
    EXPECT_FALSE(rig_.client().unsubscribe({&filter, 1}, Ticket{1}, turn));
    EXPECT_THAT(rig_.written(), IsEmpty());
    EXPECT_TRUE(rig_.client().is_connected());
}

TEST_P(MqttClientSubscribe, HasALimitOfOpenOnes) {
    rig_.connect();
    for (std::size_t i = 0; i < kAsksMax; ++i) ASSERT_TRUE(subscribe("a"));
    EXPECT_EQ(subscribe("a").error(), ReasonCode::QuotaExceeded);
}

TEST(MqttClientSubscribeOfFive, CarriesTheIdentifier) {
    MqttClientRig rig{{}};
    rig.connect();
    const Subscription one{.filter = "$share/g/a"};
    MqttClient::Turn turn = rig.turn();
    ASSERT_TRUE(rig.client().subscribe({&one, 1}, 77, Ticket{1}, turn));
    EXPECT_THAT(rig.written(), ElementsAre("SUBSCRIBE 1 sub77 $share/g/a q0"));
    EXPECT_EQ(rig.client().subscribe({&one, 1}, 0, Ticket{1}, turn).error(),
              ReasonCode::ProtocolError);
    const Subscription own{.filter = "$share/g/a", .no_local = true};
    EXPECT_EQ(rig.client().subscribe({&own, 1}, 1, Ticket{1}, turn).error(),
              ReasonCode::ProtocolError);
}

TEST(MqttClientSubscribeOfFive, AsksForNothingTheServerHasNot) {
    MqttClientRig rig{{}};
    rig.connect({.maximum_packet_size = 30,
                 .wildcard_subscription_available = false,
                 .subscription_ids_available = false,
                 .shared_subscription_available = false});
    const auto refusal = [&](std::string_view filter, std::optional<std::uint32_t> id) {
        const Subscription one{.filter = filter};
        MqttClient::Turn turn = rig.turn();
        return rig.client().subscribe({&one, 1}, id, Ticket{1}, turn).error();
    };
    EXPECT_EQ(refusal("a/+", std::nullopt), ReasonCode::WildcardSubscriptionsNotSupported);
    EXPECT_EQ(refusal("a", 1), ReasonCode::SubscriptionIdentifiersNotSupported);
    EXPECT_EQ(refusal("$share/g/a", std::nullopt), ReasonCode::SharedSubscriptionsNotSupported);
    EXPECT_EQ(refusal(std::string(30, 'x'), std::nullopt), ReasonCode::PacketTooLarge);
    EXPECT_THAT(rig.written(), IsEmpty());
}

}  // namespace
}  // namespace kleber::connection
