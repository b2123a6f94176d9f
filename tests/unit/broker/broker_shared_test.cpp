#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

// A publisher (1) and three members of $share/g/x (2, 3, 4), who take two messages at a time and
// may have three waiting.
class BrokerShared : public testing::Test {
  protected:
    BrokerShared() : publisher_(stage_.attach("p")) {
        for (const char* id : {"a", "b", "c"}) {
            const auto member = attach(id);
            members_[count_++] = member;
            stage_.subscribe(member, "$share/g/x", {.qos = kQos2});
        }
        stage_.lines();
    }
    Stage::Client attach(const char* id) {
        return stage_.attach({.client_id = id,
                              .credit = {.slots = 2, .bytes = 1 << 20},
                              .queue = {.messages_max = 3}});
    }
    // Without what is said to the publisher.
    Lines publish(std::string_view payload, Qos qos = kQos1) {
        Lines lines = stage_.publish(publisher_, "x", payload, qos, ++last_id_);
        std::erase_if(lines, [](const std::string& line) { return line.starts_with("1 "); });
        return lines;
    }

    Stage stage_;
    Stage::Client publisher_;
    std::array<Stage::Client, 3> members_{};
    std::size_t count_ = 0;
    std::uint16_t last_id_ = 0;
};

TEST_F(BrokerShared, mqtt_4_8_2_4_members_are_served_in_turn) {
    EXPECT_THAT(publish("1"), ElementsAre("2 deliver x=1 q1 #1"));
    EXPECT_THAT(publish("2"), ElementsAre("3 deliver x=2 q1 #1"));
    EXPECT_THAT(publish("3", Qos::AtMostOnce), ElementsAre("4 deliver x=3"));
    EXPECT_THAT(publish("4", kQos2), ElementsAre("2 deliver x=4 q2 #2"));
}

TEST_F(BrokerShared, the_offline_and_the_busy_are_skipped) {
    stage_.detach(members_[1]);
    EXPECT_THAT(publish("1"), ElementsAre("2 deliver x=1 q1 #1"));
    EXPECT_THAT(publish("2"), ElementsAre("4 deliver x=2 q1 #1"));
    EXPECT_THAT(publish("3"), ElementsAre("2 deliver x=3 q1 #2"));
    stage_.acknowledge(members_[2], 1);
    EXPECT_THAT(publish("4"), ElementsAre("4 deliver x=4 q1 #2"));
    EXPECT_THAT(publish("5"), ElementsAre("4 deliver x=5 q1 #3"));
    // All are busy: it waits with one who is online, and comes as soon as that one can.
    EXPECT_THAT(publish("6"), IsEmpty());
    EXPECT_EQ(stage_.row("b").queued, 0u);
    EXPECT_EQ(stage_.row("a").queued + stage_.row("c").queued, 1u);
}

TEST_F(BrokerShared, when_nobody_has_room_it_is_dropped_and_counted) {
    for (int count = 0; count < 3 * (2 + 3); ++count) publish("1");
    EXPECT_EQ(stage_.dropped(port::DropReason::NoReceiver), 0u);
    EXPECT_THAT(publish("2"), IsEmpty());
    EXPECT_EQ(stage_.dropped(port::DropReason::NoReceiver), 1u);
    EXPECT_EQ(stage_.dropped(port::DropReason::QueueFull), 0u);
}

TEST_F(BrokerShared, when_all_are_away_it_waits_with_one_of_them) {
    for (const auto& member : members_) stage_.detach(member);
    EXPECT_THAT(publish("0", Qos::AtMostOnce), IsEmpty());
    EXPECT_EQ(stage_.dropped(port::DropReason::NoReceiver), 1u);
    EXPECT_THAT(publish("1"), IsEmpty());
    EXPECT_EQ(stage_.statistics().queued_messages, 1u);
    for (const char* id : {"a", "b", "c"}) attach(id);
    EXPECT_THAT(stage_.lines(), ElementsAre("5 attached again", "5 deliver x=1 q1 #1",
                                            "6 attached again", "7 attached again"));
}

TEST_F(BrokerShared, mqtt_4_8_2_5_what_a_member_leaves_open_goes_to_another) {
    publish("1");
    publish("2");
    EXPECT_THAT(stage_.detach(members_[0]), ElementsAre("4 deliver x=1 q1 #1"));
    EXPECT_EQ(stage_.statistics().shared_redeliveries, 1u);
    attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("5 attached again"));
}

TEST_F(BrokerShared, mqtt_4_8_2_5_in_flight_at_qos_2_it_stays) {
    publish("1", kQos2);
    EXPECT_THAT(stage_.detach(members_[0]), IsEmpty());
    attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("5 attached again", "5 deliver x=1 q2 #1 dup"));
}

TEST_F(BrokerShared, mqtt_4_8_2_5_in_flight_at_qos_2_it_ends_with_the_session) {
    publish("1", kQos2);
    EXPECT_THAT(stage_.detach(members_[0], port::WillFate::Discard, Duration{0}), IsEmpty());
    EXPECT_EQ(stage_.statistics().queued_messages, 0u);
}

TEST_F(BrokerShared, the_last_member_online_keeps_what_it_has) {
    stage_.detach(members_[1]);
    stage_.detach(members_[2]);
    publish("1");
    publish("2");
    publish("3");
    EXPECT_THAT(stage_.detach(members_[0]), IsEmpty());
    attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("5 attached again", "5 deliver x=1 q1 #1 dup",
                                            "5 deliver x=2 q1 #2 dup"));
}

TEST_F(BrokerShared, at_the_end_of_the_last_session_online_another_gets_it) {
    stage_.detach(members_[1]);
    stage_.detach(members_[2]);
    publish("1");
    EXPECT_THAT(stage_.detach(members_[0], port::WillFate::Discard, Duration{0}), IsEmpty());
    EXPECT_EQ(stage_.row("b").queued + stage_.row("c").queued, 1u);
}

TEST_F(BrokerShared, what_no_other_can_take_stays_with_the_member_that_is_away) {
    stage_.detach(members_[2]);
    for (int count = 0; count < 2 * (2 + 3); ++count) publish("1");
    stage_.detach(members_[0]);
    // b is full: what a had is not lost for that.
    EXPECT_EQ(stage_.row("b").queued, 3u);
    EXPECT_EQ(stage_.statistics().queued_messages, 2u + 3u + 5u);
    EXPECT_EQ(stage_.dropped(port::DropReason::NoReceiver), 0u);
}

TEST_F(BrokerShared, mqtt_4_8_2_6_a_refusal_discards_the_message) {
    publish("1");
    EXPECT_THAT(stage_.acknowledge(members_[0], 1, port::AcknowledgeKind::Received,
                                   ReasonCode::NotAuthorized),
                IsEmpty());
    publish("2", kQos2);
    EXPECT_THAT(stage_.acknowledge(members_[1], 1, port::AcknowledgeKind::Recorded,
                                   ReasonCode::NotAuthorized),
                IsEmpty());
    EXPECT_EQ(stage_.statistics().queued_messages, 0u);
}

TEST_F(BrokerShared, what_is_open_when_a_member_unsubscribes_is_its_own) {
    stage_.detach(members_[1], port::WillFate::Discard, Duration{0});
    stage_.detach(members_[2], port::WillFate::Discard, Duration{0});
    publish("1");
    EXPECT_THAT(stage_.unsubscribe(members_[0], "$share/g/x"), ElementsAre("2 unsuback 1: 0"));
    // Another group gets the number of the one that is gone; its members want none of it.
    stage_.subscribe(members_[0], "$share/h/y", {.qos = kQos1});
    const auto other = stage_.attach("other");
    stage_.subscribe(other, "$share/h/y", {.qos = kQos1});
    stage_.lines();
    EXPECT_THAT(stage_.detach(members_[0]), IsEmpty());
    attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("6 attached again", "6 deliver x=1 q1 #1 dup"));
}

TEST_F(BrokerShared, groups_and_others_each_get_their_own) {
    const auto d = stage_.attach("d");
    stage_.subscribe(d, "$share/h/+", {}, 9);
    stage_.subscribe(d, "#", {}, 8);
    stage_.lines();
    Lines lines = publish("1");
    std::sort(lines.begin(), lines.end());
    EXPECT_THAT(lines,
                ElementsAre("2 deliver x=1 q1 #1", "5 deliver x=1 ids 8", "5 deliver x=1 ids 9"));
}

}  // namespace
}  // namespace kleber::broker
