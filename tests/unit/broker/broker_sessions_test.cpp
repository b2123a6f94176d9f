#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr auto kQos1 = Qos::AtLeastOnce;

TEST(BrokerSessions, mqtt_3_2_2_2_a_session_is_found_again) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.subscribe(a, "x", {.qos = kQos1});
    stage.detach(a);
    const auto b = stage.attach("b");
    stage.publish(b, "x", "0");
    stage.publish(b, "x", "1", kQos1, 1);
    stage.lines();
    stage.attach("a");
    // The absent miss QoS 0.
    EXPECT_THAT(stage.lines(), ElementsAre("3 attached again", "3 deliver x=1 q1 #1"));
    EXPECT_EQ(stage.statistics().resumes, 1u);
}

TEST(BrokerSessions, mqtt_3_1_2_4_clean_start_ends_the_session) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.subscribe(a, "x", {.qos = kQos1});
    stage.detach(a);
    const auto clean = stage.attach({.client_id = "a", .clean_start = true});
    stage.lines();
    EXPECT_THAT(stage.publish(clean, "x", "1"), IsEmpty());
    EXPECT_EQ(stage.statistics().subscriptions, 0u);
    EXPECT_EQ(stage.statistics().resumes, 0u);
}

TEST(BrokerSessions, mqtt_3_1_4_3_takeover_closes_the_old_connection_first) {
    Stage stage;
    stage.attach("a");
    stage.lines();
    stage.attach("a");
    EXPECT_THAT(stage.lines(), ElementsAre("1 close session taken over", "2 attached again"));
    stage.attach({.client_id = "a", .clean_start = true});
    EXPECT_THAT(stage.lines(), ElementsAre("2 close session taken over", "3 attached"));
    EXPECT_EQ(stage.statistics().takeovers, 2u);
    EXPECT_EQ(stage.statistics().clients_online, 1u);
}

TEST(BrokerSessions, a_session_without_expiry_does_not_outlive_a_takeover) {
    Stage stage;
    const auto a = stage.attach({.client_id = "a", .session_expiry = Duration{0}});
    stage.subscribe(a, "x");
    stage.lines();
    stage.attach("a");
    EXPECT_THAT(stage.lines(), ElementsAre("1 close session taken over", "2 attached"));
    EXPECT_EQ(stage.statistics().subscriptions, 0u);
}

TEST(BrokerSessions, mqtt_3_1_2_23_a_session_expires_when_it_is_due) {
    Stage stage;
    const auto a = stage.attach({.client_id = "a", .session_expiry = seconds{10}});
    stage.subscribe(a, "x");
    stage.pass(seconds{100});
    EXPECT_EQ(stage.broker.deadline(), std::nullopt) << "not while it is online";
    stage.detach(a);
    stage.pass(seconds{10} - Duration{1});
    EXPECT_EQ(stage.statistics().clients_offline, 1u);
    stage.pass(Duration{1});
    EXPECT_EQ(stage.statistics().clients_offline, 0u);
    EXPECT_EQ(stage.statistics().sessions_expired, 1u);
    EXPECT_EQ(stage.statistics().subscriptions, 0u);
    EXPECT_EQ(stage.broker.deadline(), std::nullopt);
}

TEST(BrokerSessions, who_comes_back_does_not_expire) {
    Stage stage;
    const auto a = stage.attach({.client_id = "a", .session_expiry = seconds{10}});
    stage.detach(a);
    stage.pass(seconds{9});
    stage.attach({.client_id = "a", .session_expiry = seconds{10}});
    EXPECT_THAT(stage.lines(), ElementsAre("2 attached again"));
    stage.pass(seconds{100});
    EXPECT_EQ(stage.statistics().clients_online, 1u);
}

TEST(BrokerSessions, a_disconnect_may_change_the_expiry) {
    Stage stage;
    stage.detach(stage.attach("a"), port::WillFate::Discard, seconds{5});
    stage.detach(stage.attach("b"), port::WillFate::Discard, Duration{0});
    EXPECT_EQ(stage.statistics().clients_offline, 1u);
    stage.pass(seconds{5});
    EXPECT_EQ(stage.statistics().clients_offline, 0u);
}

TEST(BrokerSessions, mqtt_3_1_3_6_makes_up_client_ids) {
    Stage stage;
    stage.attach("");
    stage.attach("");
    const Lines lines = stage.lines();
    EXPECT_THAT(lines,
                ElementsAre(StartsWith("1 attached as auto-"), StartsWith("2 attached as auto-")));
    EXPECT_NE(lines[0].substr(1), lines[1].substr(1));
}

TEST(BrokerSessions, are_limited) {
    Stage stage{{.sessions_max = 2}};
    stage.attach("a");
    stage.detach(stage.attach("b"));
    stage.lines();
    stage.attach("c");
    EXPECT_THAT(stage.lines(), ElementsAre("3 close quota exceeded"));
    // Those that exist may come back, clean or not.
    stage.attach("b");
    stage.attach({.client_id = "b", .clean_start = true});
    EXPECT_THAT(stage.lines(),
                ElementsAre("4 attached again", "4 close session taken over", "5 attached"));
}

TEST(BrokerSessions, subscriptions_are_limited) {
    Stage stage{{.subscriptions_max = 1}};
    const auto a = stage.attach("a");
    stage.lines();
    EXPECT_THAT(stage.subscribe(a, "x"), ElementsAre("1 suback 1: 0"));
    EXPECT_THAT(stage.subscribe(a, "y"), ElementsAre("1 suback 1: 151"));
    EXPECT_THAT(stage.subscribe(a, "x", {.qos = kQos1}), ElementsAre("1 suback 1: 1"));
    EXPECT_THAT(stage.unsubscribe(a, "x"), ElementsAre("1 unsuback 1: 0"));
    EXPECT_THAT(stage.unsubscribe(a, "x"), ElementsAre("1 unsuback 1: 17"));
    EXPECT_THAT(stage.subscribe(a, "y"), ElementsAre("1 suback 1: 0"));
}

TEST(BrokerSessions, what_the_connection_refused_is_handed_back) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.lines();
    auto details = std::make_unique<port::Subscribe::Details>();
    details->filters.push_back({"x", {.qos = kQos1}, ReasonCode::NotAuthorized});
    details->filters.push_back({"y", {.qos = kQos1}, ReasonCode::Success});
    EXPECT_THAT(stage.handle(port::Subscribe{a.ref, port::PacketId{7}, std::move(details)}),
                ElementsAre("1 suback 7: 135 1"));
    EXPECT_EQ(stage.statistics().subscriptions, 1u);
}

TEST(BrokerSessions, ends_give_back_all_that_they_had) {
    Stage stage;
    const auto b = stage.attach("b");
    for (int round = 0; round < 3; ++round) {
        const auto a = stage.attach({.client_id = "a", .session_expiry = seconds{1}});
        stage.subscribe(a, "x", {.qos = kQos1});
        stage.subscribe(a, "$share/g/x", {.qos = kQos1});
        for (std::uint16_t id = 1; id <= 50; ++id) stage.publish(b, "x", "1", kQos1, id);
        stage.publish(a, "x", "2", Qos::ExactlyOnce, 1);
        stage.detach(a);
        EXPECT_GT(stage.statistics().queued_messages, 0u);
        stage.pass(seconds{1});
        EXPECT_EQ(stage.statistics().queued_messages, 0u);
        EXPECT_EQ(stage.statistics().queued_bytes, 0u);
        EXPECT_EQ(stage.statistics().subscriptions, 0u);
        EXPECT_EQ(stage.statistics().clients_offline, 0u);
    }
}

}  // namespace
}  // namespace kleber::broker
