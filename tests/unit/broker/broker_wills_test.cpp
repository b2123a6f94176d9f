#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class BrokerWills : public testing::Test {
  protected:
    BrokerWills() {
        stage_.subscribe(watcher_, "w", {.qos = Qos::AtLeastOnce});
        stage_.lines();
    }
    // A client with a will, attached quietly.
    Stage::Client attach(Duration delay, Duration session_expiry, bool clean_start = false) {
        const auto client = stage_.attach(
            {.client_id = "a",
             .clean_start = clean_start,
             .session_expiry = session_expiry,
             .will = port::Will{.message = make_message("w", "gone"), .delay = delay}});
        return client;
    }

    Stage stage_;
    Stage::Client watcher_ = stage_.attach("watcher");
};

TEST_F(BrokerWills, mqtt_3_1_2_8_are_published_when_the_connection_is_lost) {
    const auto a = attach(Duration{0}, port::kForever);
    stage_.lines();
    EXPECT_THAT(stage_.detach(a), ElementsAre("1 deliver w=gone"));
    EXPECT_EQ(stage_.statistics().wills_published, 1u);
    EXPECT_EQ(stage_.broker.deadline(), std::nullopt);
}

TEST_F(BrokerWills, mqtt_3_14_4_3_are_discarded_by_a_good_end) {
    const auto a = attach(Duration{0}, port::kForever);
    stage_.lines();
    EXPECT_THAT(stage_.detach(a, port::WillFate::Discard), IsEmpty());
    EXPECT_THAT(stage_.pass(seconds{1000}), IsEmpty());
}

TEST_F(BrokerWills, wait_for_their_delay) {
    const auto a = attach(seconds{10}, port::kForever);
    stage_.lines();
    EXPECT_THAT(stage_.detach(a), IsEmpty());
    EXPECT_THAT(stage_.pass(seconds{10} - Duration{1}), IsEmpty());
    EXPECT_THAT(stage_.pass(Duration{1}), ElementsAre("1 deliver w=gone"));
    EXPECT_THAT(stage_.pass(seconds{1000}), IsEmpty());
}

TEST_F(BrokerWills, mqtt_3_1_3_9_are_forgotten_when_the_client_is_back_in_time) {
    stage_.detach(attach(seconds{10}, port::kForever));
    stage_.pass(seconds{9});
    stage_.attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached again"));
    EXPECT_THAT(stage_.pass(seconds{1000}), IsEmpty());
    EXPECT_EQ(stage_.statistics().wills_published, 0u);
}

TEST_F(BrokerWills, come_with_the_end_of_the_session_at_the_latest) {
    const auto without_expiry = attach(seconds{10}, Duration{0});
    stage_.lines();
    EXPECT_THAT(stage_.detach(without_expiry), ElementsAre("1 deliver w=gone"));
    const auto with_less = attach(seconds{10}, seconds{5});
    stage_.lines();
    EXPECT_THAT(stage_.detach(with_less), IsEmpty());
    EXPECT_THAT(stage_.pass(seconds{5} - Duration{1}), IsEmpty());
    EXPECT_THAT(stage_.pass(Duration{1}), ElementsAre("1 deliver w=gone"));
    const auto with_as_much = attach(seconds{5}, seconds{5});
    stage_.lines();
    EXPECT_THAT(stage_.detach(with_as_much), IsEmpty());
    EXPECT_THAT(stage_.pass(seconds{5}), ElementsAre("1 deliver w=gone"));
    EXPECT_EQ(stage_.statistics().wills_published, 3u);
}

TEST_F(BrokerWills, come_with_a_takeover) {
    attach(Duration{0}, port::kForever);
    stage_.lines();
    attach(seconds{10}, port::kForever);
    EXPECT_THAT(stage_.lines(),
                ElementsAre("2 close session taken over", "1 deliver w=gone", "3 attached again"));
    // Delayed, and the client is back at once.
    attach(seconds{10}, port::kForever);
    EXPECT_THAT(stage_.lines(), ElementsAre("3 close session taken over", "4 attached again"));
    // Delayed, and the session ends.
    attach(seconds{10}, port::kForever, true);
    EXPECT_THAT(stage_.lines(),
                ElementsAre("4 close session taken over", "1 deliver w=gone", "5 attached"));
}

TEST_F(BrokerWills, expire_from_their_publication_on) {
    stage_.detach(stage_.attach(
        {.client_id = "a",
         .will = port::Will{.message = make_message("w", "gone", Qos::AtMostOnce, true),
                            .delay = seconds{10},
                            .message_expiry = seconds{5}}}));
    stage_.pass(seconds{10});
    EXPECT_EQ(stage_.statistics().retained_messages, 1u);
    stage_.pass(seconds{5} - Duration{1});
    EXPECT_EQ(stage_.statistics().retained_messages, 1u);
    stage_.pass(Duration{1});
    EXPECT_EQ(stage_.statistics().retained_messages, 0u);
}

TEST_F(BrokerWills, are_the_client_s_own_to_a_subscription_without_those) {
    const auto a =
        stage_.attach({.client_id = "a",
                       .will = port::Will{.message = make_message("w", "gone", Qos::AtLeastOnce)}});
    stage_.subscribe(a, "w", {.qos = Qos::AtLeastOnce, .no_local = true});
    stage_.lines();
    EXPECT_THAT(stage_.detach(a), ElementsAre("1 deliver w=gone q1 #1"));
    stage_.attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached again"));
}

}  // namespace
}  // namespace kleber::broker
