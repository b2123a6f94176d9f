#include "gateway/broker/replayer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/listed_access.hpp"
#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using port::RetainHandling;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos1 = Qos::AtLeastOnce;

class ReplayerTest : public testing::Test {
  protected:
    ReplayerTest() {
        for (const char* topic : {"x/1", "x/2", "x/3"}) retain(topic, "old");
        stage_.lines();
    }
    Lines retain(std::string_view topic, std::string_view payload, Qos qos = kQos1) {
        return stage_.publish(publisher_, make_message(topic, payload, qos, true), 1);
    }

    Stage stage_;
    Stage::Client publisher_ = stage_.attach("p");
};

TEST_F(ReplayerTest, mqtt_3_3_1_9_a_new_subscription_gets_what_is_retained) {
    const auto a = stage_.attach("a");
    stage_.lines();
    EXPECT_THAT(stage_.subscribe(a, "x/+", {.qos = kQos1}, 5),
                ElementsAre("2 suback 1: 1", "2 deliver x/1=old q1 #1 retain ids 5",
                            "2 deliver x/2=old q1 #2 retain ids 5",
                            "2 deliver x/3=old q1 #3 retain ids 5"));
    EXPECT_THAT(stage_.subscribe(a, "x/2"),
                ElementsAre("2 suback 1: 0", "2 deliver x/2=old retain"));
    EXPECT_THAT(stage_.subscribe(a, "y/#"), ElementsAre("2 suback 1: 0"));
    EXPECT_THAT(stage_.subscribe(a, "$share/g/x/#"), ElementsAre("2 suback 1: 0"));
}

TEST_F(ReplayerTest, mqtt_3_3_1_10_retain_handling) {
    const auto a = stage_.attach("a");
    stage_.lines();
    const auto subscribe = [&](RetainHandling handling) {
        return stage_.subscribe(a, "x/1", {.retain_handling = handling}).size() - 1;
    };
    EXPECT_EQ(subscribe(RetainHandling::DoNotSend), 0u);
    EXPECT_EQ(subscribe(RetainHandling::SendIfNew), 0u);
    EXPECT_EQ(subscribe(RetainHandling::Send), 1u);
    stage_.unsubscribe(a, "x/1");
    EXPECT_EQ(subscribe(RetainHandling::SendIfNew), 1u);
}

TEST_F(ReplayerTest, no_local_leaves_out_its_own) {
    const auto a = stage_.attach("a");
    stage_.publish(a, make_message("x/2", "mine", kQos1, true), 1);
    stage_.lines();
    EXPECT_THAT(
        stage_.subscribe(a, "x/#", {.no_local = true}),
        ElementsAre("2 suback 1: 0", "2 deliver x/1=old retain", "2 deliver x/3=old retain"));
}

TEST_F(ReplayerTest, goes_on_with_the_credit) {
    const auto a = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    stage_.lines();
    EXPECT_THAT(stage_.subscribe(a, "x/#", {.qos = kQos1}),
                ElementsAre("2 suback 1: 1", "2 deliver x/1=old q1 #1 retain"));
    EXPECT_FALSE(stage_.broker.has_work());
    EXPECT_THAT(stage_.acknowledge(a, 1), ElementsAre("2 deliver x/2=old q1 #2 retain"));
    // Across connections.
    stage_.detach(a);
    const auto again = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    EXPECT_THAT(stage_.lines(),
                ElementsAre("3 attached again", "3 deliver x/2=old q1 #2 dup retain"));
    EXPECT_THAT(stage_.acknowledge(again, 2), ElementsAre("3 deliver x/3=old q1 #3 retain"));
    EXPECT_THAT(stage_.acknowledge(again, 3), IsEmpty());
}

TEST_F(ReplayerTest, what_changes_meanwhile_comes_once_with_the_new_value) {
    const auto a = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    stage_.subscribe(a, "x/#", {.qos = kQos1});
    stage_.lines();
    EXPECT_THAT(retain("x/2", "new", Qos::AtMostOnce), ElementsAre("2 deliver x/2=new"));
    retain("x/3", "");
    EXPECT_THAT(stage_.acknowledge(a, 1), ElementsAre("2 deliver x/3= q1 #2"));
    EXPECT_THAT(stage_.acknowledge(a, 2), IsEmpty());
}

TEST_F(ReplayerTest, mqtt_3_10_4_2_stops_with_the_subscription) {
    const auto a = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    stage_.subscribe(a, "x/#", {.qos = kQos1});
    stage_.unsubscribe(a, "x/#");
    stage_.lines();
    EXPECT_THAT(stage_.acknowledge(a, 1), IsEmpty());
}

TEST_F(ReplayerTest, a_subscription_made_anew_begins_anew) {
    const auto a = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    stage_.subscribe(a, "x/#", {.qos = kQos1}, 5);
    stage_.subscribe(a, "x/#", {.qos = kQos1}, 6);
    stage_.lines();
    EXPECT_THAT(stage_.acknowledge(a, 1), ElementsAre("2 deliver x/1=old q1 #2 retain ids 6"));
    EXPECT_THAT(stage_.acknowledge(a, 2), ElementsAre("2 deliver x/2=old q1 #3 retain ids 6"));
    EXPECT_THAT(stage_.acknowledge(a, 3), ElementsAre("2 deliver x/3=old q1 #4 retain ids 6"));
    EXPECT_THAT(stage_.acknowledge(a, 4), IsEmpty());
}

TEST_F(ReplayerTest, goes_in_slices_so_that_others_are_not_kept_waiting) {
    for (int number = 0; number < 5000; ++number) {
        retain("many/" + std::to_string(number), "1", Qos::AtMostOnce);
    }
    const auto a = stage_.attach("a");
    stage_.lines();
    auto details = std::make_unique<port::Subscribe::Details>();
    details->filters.push_back({"many/#", {}, ReasonCode::Success});
    std::vector<port::Reply>& replies = stage_.outbox.to(port::SeatId{0});
    stage_.broker.handle(port::SeatId{0},
                         port::Subscribe{a.ref, port::PacketId{1}, std::move(details)}, stage_.now,
                         stage_.outbox);
    EXPECT_EQ(replies.size(), 1u) << "nothing before SUBACK, nothing with it";
    int slices = 0;
    while (stage_.broker.has_work()) {
        const std::size_t before = replies.size();
        stage_.broker.work(stage_.now, stage_.outbox);
        EXPECT_LE(replies.size() - before, 2000u);
        ++slices;
    }
    EXPECT_GT(slices, 2);
    EXPECT_EQ(stage_.lines().size(), 5001u);
}

TEST_F(ReplayerTest, takes_smaller_slices_of_what_may_not_be_read) {
    constexpr int kMessages = 2000;
    for (int number = 0; number < kMessages; ++number) {
        retain("many/" + std::to_string(number), "1", Qos::AtMostOnce);
    }
    const auto access = support::allow_only(1, {});
    stage_.broker.set_authorizer(access);
    const auto a = stage_.attach("a");
    stage_.lines();
    auto details = std::make_unique<port::Subscribe::Details>();
    details->filters.push_back({"many/#", {}, ReasonCode::Success});
    stage_.broker.handle(port::SeatId{0},
                         port::Subscribe{a.ref, port::PacketId{1}, std::move(details)}, stage_.now,
                         stage_.outbox);
    std::size_t asked = access->take_asked_count();
    while (stage_.broker.has_work()) {
        stage_.broker.work(stage_.now, stage_.outbox);
        const std::size_t in_slice = access->take_asked_count();
        EXPECT_LE(in_slice, 200u);
        asked += in_slice;
    }
    EXPECT_EQ(asked, static_cast<std::size_t>(kMessages));
    EXPECT_THAT(stage_.lines(), ElementsAre("2 suback 1: 0"));
}

TEST_F(ReplayerTest, ends_with_its_session) {
    const auto a = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    stage_.subscribe(a, "x/#", {.qos = kQos1});
    stage_.detach(a, port::WillFate::Discard, Duration{0});
    EXPECT_FALSE(stage_.broker.has_work());
    // The cursor is closed: the names it passed are free to go.
    for (const char* topic : {"x/1", "x/2", "x/3"}) retain(topic, "");
    EXPECT_EQ(stage_.statistics().retained_messages, 0u);
}

}  // namespace
}  // namespace kleber::broker
