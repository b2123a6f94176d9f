#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/kept_stage.hpp"

// Wills of clients that were there when the gateway ended.
namespace kleber::broker {
namespace {

using std::chrono::seconds;

constexpr auto kQos1 = Qos::AtLeastOnce;

// A subscriber of "x" at this QoS.
Stage::Client subscriber(KeptStage& stage, std::string_view client_id, Qos qos) {
    const auto client = stage.attach(client_id);
    stage->subscribe(client, "x", {.qos = qos});
    stage.commit();
    return client;
}

Stage::Options with_will(std::string_view client_id, Duration expiry, Duration delay = {}) {
    return {.client_id = std::string{client_id},
            .clean_start = expiry == Duration::zero(),
            .session_expiry = expiry,
            .will = port::Will{.message = make_message("x", "gone", kQos1), .delay = delay}};
}

TEST(KeptWills, a_client_that_does_not_come_back_after_a_crash_leaves_its_will) {
    for (const Duration expiry : {Duration::zero(), Duration{seconds{3600}}}) {
        KeptStage stage;
        stage->detach(subscriber(stage, "s", kQos1));
        stage.attach(with_will("w", expiry));
        stage.crash();
        stage.pass(seconds{59});
        EXPECT_EQ(stage->statistics().queued_messages, 0u);
        stage.pass(seconds{2});
        EXPECT_EQ(stage->statistics().queued_messages, 1u);
        stage.commit();
        stage.crash();
        stage.pass(seconds{100});
        EXPECT_EQ(stage->statistics().queued_messages, 1u) << "once is enough";
        EXPECT_EQ(stage->statistics().clients_offline, expiry == Duration::zero() ? 1u : 2u);
    }
}

TEST(KeptWills, one_that_comes_back_leaves_none) {
    for (const Duration expiry : {Duration::zero(), Duration{seconds{3600}}}) {
        KeptStage stage;
        stage->detach(subscriber(stage, "s", kQos1));
        stage.attach(with_will("w", expiry));
        stage.crash();
        stage.pass(seconds{30});
        const auto again = stage.attach(with_will("w", expiry));
        stage.pass(seconds{100});
        EXPECT_EQ(stage->statistics().queued_messages, 0u);
        stage->detach(again, port::WillFate::Discard);
        stage.commit();
        stage.crash();
        stage.pass(seconds{100});
        EXPECT_EQ(stage->statistics().queued_messages, 0u);
    }
}

TEST(KeptWills, mqtt_3_14_4_3_a_polite_good_bye_is_soon_safe) {
    KeptStage stage;
    const auto client = stage.attach(with_will("w", seconds{3600}));
    stage->detach(client, port::WillFate::Discard);
    stage.pass(Duration{10});
    stage->detach(subscriber(stage, "s", kQos1));
    stage.crash();
    stage.pass(seconds{100});
    EXPECT_EQ(stage->statistics().queued_messages, 0u);
}

TEST(KeptWills, a_delay_that_runs_goes_on_after_a_crash) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    stage->detach(stage.attach(with_will("w", seconds{3600}, seconds{200})));
    stage.pass(seconds{100});
    stage.crash();
    stage.pass(seconds{99});
    EXPECT_EQ(stage->statistics().queued_messages, 0u);
    stage.pass(seconds{2});
    EXPECT_EQ(stage->statistics().queued_messages, 1u);
}

TEST(KeptWills, one_that_comes_back_for_a_new_session_leaves_none_after_a_second_crash_either) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    stage.attach(with_will("w", seconds{3600}));
    stage.crash();
    stage.pass(seconds{20});
    stage.crash();
    stage.pass(seconds{20});
    stage.attach({.client_id = "w", .clean_start = true, .session_expiry = Duration::zero()});
    stage.pass(seconds{100});
    EXPECT_EQ(stage->statistics().queued_messages, 0u);
}

}  // namespace
}  // namespace kleber::broker
