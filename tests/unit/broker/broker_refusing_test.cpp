#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/kept_stage.hpp"

// What becomes of promises while nothing can be made safe.
namespace kleber::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;
constexpr Duration kNotKept{0};

class Refusing : public testing::Test {
  protected:
    Refusing() {
        const auto offline = stage_.attach("offline");
        stage_->subscribe(offline, "kept", {.qos = kQos2});
        const auto online = stage_.attach("online");
        stage_->subscribe(online, "passing", {.qos = kQos1});
        stage_->subscribe(online, "twice", {.qos = kQos2});
        stage_->detach(offline);
        publisher_ = attach("publisher", true);
        stage_.commit();
        set_in_trouble(true);
    }
    Stage::Client attach(std::string_view id, bool hears_refusals) {
        return stage_.attach({.client_id = std::string{id},
                              .session_expiry = kNotKept,
                              .hears_refusals = hears_refusals});
    }

    Lines set_in_trouble(bool is_in_trouble) {
        stage_->broker.set_in_trouble(is_in_trouble, stage_->now, stage_->outbox);
        return stage_->lines();
    }

    KeptStage stage_{Limits{.refuses_in_trouble = true}};
    Stage::Client publisher_;
};

TEST_F(Refusing, what_would_wait_is_refused_and_not_delivered) {
    EXPECT_THAT(stage_->publish(publisher_, "kept", "1", kQos1, 5),
                ElementsAre("3 puback 5 quota exceeded"));
    EXPECT_THAT(stage_->publish(publisher_, "kept", "1", kQos2, 6),
                ElementsAre("3 pubrec 6 quota exceeded"));
    EXPECT_THAT(stage_->publish(publisher_, "twice", "1", kQos2, 7),
                ElementsAre("3 pubrec 7 quota exceeded"));
    EXPECT_THAT(stage_->publish(publisher_, make_message("free", "1", kQos1, true), 8),
                ElementsAre("3 puback 8 quota exceeded"));
    EXPECT_EQ(stage_->row("offline").queued, 0U);
    EXPECT_EQ(stage_->statistics().retained_messages, 0U);
}

TEST_F(Refusing, what_needs_no_disk_goes_on) {
    EXPECT_THAT(stage_->publish(publisher_, "nobody", "1", kQos1, 5),
                ElementsAre("3 puback 5 no matching subscribers"));
    EXPECT_THAT(stage_->publish(publisher_, "passing", "1", kQos1, 6),
                ElementsAre("2 deliver passing=1 q1 #1"));
    EXPECT_THAT(stage_->publish(publisher_, "kept", "1"), IsEmpty()) << "QoS 0 promises nothing";
}

TEST_F(Refusing, who_waits_already_hears_it_too) {
    set_in_trouble(false);
    const auto old = attach("old", false);
    stage_->publish(publisher_, "kept", "1", kQos1, 5);
    stage_->publish(old, "kept", "2", kQos1, 6);
    stage_->publish(publisher_, "kept", "3", kQos2, 7);
    stage_->publish(publisher_, "kept", "4", kQos1, 8);
    EXPECT_THAT(set_in_trouble(true), ElementsAre("3 puback 5 quota exceeded"))
        << "QoS 2 must not be refused any more, and what follows keeps its order";
    set_in_trouble(false);
    EXPECT_THAT(stage_.commit(),
                testing::UnorderedElementsAre("3 pubrec 7", "3 puback 8", "4 puback 6"));
    EXPECT_EQ(stage_->row("offline").queued, 4U) << "at least once";
}

TEST_F(Refusing, who_would_end_a_lasting_session_is_refused) {
    stage_->attach({.client_id = "offline",
                    .clean_start = true,
                    .session_expiry = kNotKept,
                    .hears_refusals = true});
    EXPECT_THAT(stage_->lines(), ElementsAre("4 close quota exceeded"));
}

TEST_F(Refusing, who_cannot_hear_it_waits) {
    const auto old = attach("old", false);
    EXPECT_THAT(stage_->publish(old, "kept", "1", kQos1, 5), IsEmpty());
    set_in_trouble(false);
    EXPECT_THAT(stage_.commit(), ElementsAre("4 puback 5"));
}

TEST_F(Refusing, a_repeat_of_what_was_taken_is_no_new_promise) {
    set_in_trouble(false);
    stage_->publish(publisher_, "kept", "1", kQos2, 6);
    stage_.commit();
    set_in_trouble(true);
    EXPECT_THAT(stage_->publish(publisher_, "kept", "1", kQos2, 6), ElementsAre("3 pubrec 6"));
    EXPECT_THAT(stage_->release(publisher_, 6), ElementsAre("3 pubcomp 6"));
}

TEST_F(Refusing, lasting_sessions_and_their_subscriptions_are_refused) {
    stage_->attach("new");
    EXPECT_THAT(stage_->lines(), ElementsAre("4 close quota exceeded"));
    EXPECT_THAT(stage_->subscribe(publisher_, "a"), ElementsAre("3 suback 1: 0"));
}

TEST_F(Refusing, groups_take_what_a_member_can_take_at_once) {
    set_in_trouble(false);
    const auto member = stage_.attach("member");
    stage_->subscribe(member, "$share/g/shared", {.qos = kQos1});
    stage_.commit();
    set_in_trouble(true);
    EXPECT_THAT(stage_->publish(publisher_, "shared", "1", kQos1, 5),
                ElementsAre("4 deliver shared=1 q1 #1"));
    EXPECT_THAT(stage_->acknowledge(member, 1), ElementsAre("3 puback 5"));
    stage_->detach(member);
    EXPECT_THAT(stage_->publish(publisher_, "shared", "2", kQos1, 6),
                ElementsAre("3 puback 6 quota exceeded"));
}

TEST_F(Refusing, nothing_is_refused_unless_that_is_wanted) {
    stage_->broker.set_limits({});
    EXPECT_THAT(stage_->publish(publisher_, "kept", "1", kQos1, 5), IsEmpty());
    EXPECT_THAT(stage_.commit(), ElementsAre("3 puback 5"));
}

}  // namespace
}  // namespace kleber::broker
