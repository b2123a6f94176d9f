#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/broker/kept_stage.hpp"

namespace kleber::broker {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos0 = Qos::AtMostOnce;
constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;
constexpr auto kReceived = port::AcknowledgeKind::Received;
constexpr auto kRecorded = port::AcknowledgeKind::Recorded;
constexpr auto kCompleted = port::AcknowledgeKind::Completed;

// A subscriber of "x" at this QoS.
Stage::Client subscriber(KeptStage& stage, std::string_view client_id, Qos qos) {
    const auto client = stage.attach(client_id);
    stage->subscribe(client, "x", {.qos = qos});
    stage.commit();
    return client;
}

// -- acknowledgements are promises

TEST(BrokerKeeping, qos_1_is_acknowledged_when_what_waits_is_safe) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    const auto p = stage.attach("p");
    EXPECT_THAT(stage->publish(p, "x", "1", kQos1, 5), IsEmpty());
    stage.begin_commit();
    EXPECT_THAT(stage->lines(), IsEmpty());
    EXPECT_THAT(stage.finish_commit(), ElementsAre("2 puback 5"));
}

TEST(BrokerKeeping, what_arrives_at_once_is_never_written) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos1);
    const auto p = stage.attach("p");
    stage.commit();
    const std::uint64_t before = stage.journal.change_count();
    for (std::uint16_t id = 1; id <= 100; ++id) {
        EXPECT_THAT(stage->publish(p, "x", "1", kQos1, id),
                    ElementsAre("1 deliver x=1 q1 #" + std::to_string(id)));
        EXPECT_THAT(stage->acknowledge(s, id), ElementsAre("2 puback " + std::to_string(id)));
    }
    EXPECT_THAT(stage.pass(seconds{60}), IsEmpty());
    EXPECT_EQ(stage.journal.change_count(), before);
    EXPECT_FALSE(stage->broker.has_changes());
}

TEST(BrokerKeeping, what_arrives_while_it_is_written_is_acknowledged_without_waiting) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos1);
    const auto p = stage.attach("p");
    stage.commit();
    stage->publish(p, "x", "1", kQos1, 5);
    stage.begin_commit();
    EXPECT_THAT(stage->acknowledge(s, 1), ElementsAre("2 puback 5"));
    EXPECT_THAT(stage.finish_commit(), IsEmpty());
    stage.commit();
    EXPECT_EQ(stage.journal.deliveries(), 0u);
    EXPECT_EQ(stage.journal.messages(), 0u);
}

TEST(BrokerKeeping, what_arrives_at_one_of_two_waits_for_the_other) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos1);
    stage->detach(subscriber(stage, "away", kQos1));
    const auto p = stage.attach("p");
    stage.commit();
    stage->publish(p, "x", "1", kQos1, 5);
    stage.begin_commit();
    EXPECT_THAT(stage->acknowledge(s, 1), IsEmpty());
    EXPECT_THAT(stage.finish_commit(), ElementsAre("3 puback 5"));
}

TEST(BrokerKeeping, mqtt_4_6_0_2_acknowledgements_keep_the_order_of_the_publishes) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos1);
    const auto away = stage.attach("away");
    stage->subscribe(away, "y", {.qos = kQos1});
    stage.commit();
    stage->detach(away);
    stage.commit();
    const auto p = stage.attach("p");
    stage->publish(p, "y", "1", kQos1, 1);
    stage->publish(p, "x", "2", kQos1, 2);
    stage->publish(p, "nobody", "3", kQos1, 3);
    EXPECT_THAT(stage->acknowledge(s, 1), IsEmpty()) << "the first still waits";
    EXPECT_THAT(stage.commit(),
                ElementsAre("3 puback 1", "3 puback 2", "3 puback 3 no matching subscribers"));
}

TEST(BrokerKeeping, without_a_session_that_lasts_nobody_waits) {
    KeptStage stage;
    const auto s = stage.attach({.client_id = "s", .clean_start = true, .session_expiry = {}});
    const auto p = stage.attach({.client_id = "p", .clean_start = true, .session_expiry = {}});
    EXPECT_THAT(stage->subscribe(s, "x", {.qos = kQos2}), ElementsAre("1 suback 1: 2"));
    EXPECT_THAT(stage->publish(p, "x", "1", kQos1, 5),
                ElementsAre("1 deliver x=1 q1 #1", "2 puback 5"));
    EXPECT_THAT(stage->publish(p, "x", "2", kQos2, 6),
                ElementsAre("1 deliver x=2 q2 #2", "2 pubrec 6"));
    EXPECT_THAT(stage->release(p, 6), ElementsAre("2 pubcomp 6"));
    EXPECT_FALSE(stage->broker.has_changes());
    EXPECT_EQ(stage.journal.change_count(), 0u);
}

TEST(BrokerKeeping, a_promise_waits_a_few_milliseconds_and_the_rest_some_seconds) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    const auto p = stage.attach("p");
    stage->publish(p, "x", "1", kQos1, 5);
    EXPECT_THAT(stage.pass(Duration{2}), IsEmpty());
    EXPECT_THAT(stage.pass(Duration{2}), ElementsAre("2 puback 5"));
    stage->publish(p, make_message("t", "1", kQos0, true));
    stage.pass(seconds{4});
    EXPECT_EQ(stage.journal.retained(), 0u);
    stage.pass(seconds{2});
    EXPECT_EQ(stage.journal.retained(), 1u);
}

TEST(BrokerKeeping, a_subscription_is_acknowledged_when_it_is_safe) {
    KeptStage stage;
    const auto s = stage.attach("s");
    EXPECT_THAT(stage->subscribe(s, "x", {.qos = kQos1}), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 suback 1: 1"));
    EXPECT_THAT(stage->unsubscribe(s, "x"), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 unsuback 1: 0"));
    EXPECT_EQ(stage.journal.subscriptions(), 0u);
}

TEST(BrokerKeeping, a_session_is_there_for_its_client_when_it_is_safe) {
    KeptStage stage;
    const auto first = stage->attach("a");
    EXPECT_THAT(stage->lines(), IsEmpty());
    EXPECT_EQ(stage.journal.sessions(), 0u);
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached"));
    EXPECT_EQ(stage.journal.sessions(), 1u);
    EXPECT_EQ(first.token, 1u);
}

TEST(BrokerKeeping, an_attach_that_waits_can_be_taken_over) {
    KeptStage stage;
    stage->attach("a");
    stage->attach("a");
    EXPECT_THAT(stage.commit(), ElementsAre("1 close session taken over", "2 attached again"));
    EXPECT_EQ(stage->statistics().clients_online, 1u);
}

TEST(BrokerKeeping, one_that_waits_takes_no_message_too_early) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    const auto p = stage.attach("p");
    stage->attach("s");
    stage->publish(p, "x", "1", kQos1, 5);
    EXPECT_THAT(stage.commit(),
                ElementsAre("3 attached again", "3 deliver x=1 q1 #1", "2 puback 5"));
}

// -- QoS 2

TEST(BrokerKeeping, qos_2_leaves_when_its_id_is_safe) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos2);
    const auto p = stage.attach("p");
    EXPECT_THAT(stage->publish(p, "x", "1", kQos2, 5), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 deliver x=1 q2 #1", "2 pubrec 5"));
    EXPECT_EQ(stage.journal.inbound(), 1u);
    EXPECT_THAT(stage->acknowledge(s, 1, kRecorded), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 pubrel 1"));
    EXPECT_THAT(stage->release(p, 5), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("2 pubcomp 5"));
    EXPECT_EQ(stage.journal.inbound(), 0u);
    EXPECT_THAT(stage->acknowledge(s, 1, kCompleted), IsEmpty());
    stage.commit();
    EXPECT_EQ(stage.journal.deliveries(), 0u);
    EXPECT_EQ(stage.journal.messages(), 0u);
}

TEST(BrokerKeeping, a_repeat_that_comes_before_the_first_is_safe_waits_with_it) {
    KeptStage stage;
    const auto p = stage.attach("p");
    EXPECT_THAT(stage->publish(p, "x", "1", kQos2, 5), IsEmpty());
    EXPECT_THAT(stage->publish(p, "x", "1", kQos2, 5), IsEmpty());
    EXPECT_THAT(stage.commit(),
                testing::UnorderedElementsAre("1 pubrec 5 no matching subscribers", "1 pubrec 5"));
}

TEST(BrokerKeeping, a_delivery_that_waits_for_its_id_dies_with_its_connection) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos2);
    const auto p = stage.attach("p");
    stage->publish(p, "x", "1", kQos2, 5);
    stage->detach(s);
    EXPECT_THAT(stage.commit(), ElementsAre("2 pubrec 5"));
    stage->attach("s");
    EXPECT_THAT(stage.commit(), ElementsAre("3 attached again", "3 deliver x=1 q2 #1 dup"));
}

// -- after a crash

TEST(BrokerKeeping, what_waited_is_there_after_a_crash) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos2));
    const auto p = stage.attach("p");
    for (const char* text : {"1", "2", "3"}) stage->publish(p, "x", text, kQos1, 5);
    stage.commit();
    stage.crash();
    EXPECT_EQ(stage->statistics().queued_messages, 3u);
    stage->attach("s");
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again", "1 deliver x=1 q1 #1",
                                            "1 deliver x=2 q1 #2", "1 deliver x=3 q1 #3"));
}

TEST(BrokerKeeping, what_was_not_acknowledged_may_be_gone) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    const auto p = stage.attach("p");
    EXPECT_THAT(stage->publish(p, "x", "1", kQos1, 5), IsEmpty());
    stage.crash();
    EXPECT_EQ(stage->statistics().queued_messages, 0u);
}

TEST(BrokerKeeping, mqtt_4_4_0_1_what_was_in_flight_comes_again_under_its_id) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos2);
    const auto p = stage.attach("p");
    for (std::uint16_t id = 5; id <= 7; ++id) stage->publish(p, "x", std::to_string(id), kQos2, id);
    stage.commit();
    stage->acknowledge(s, 1, kRecorded);
    stage.commit();
    stage.crash();
    const auto again = stage.attach("s");
    stage.crash();  // being there again changes nothing of it
    stage->attach("s");
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again", "1 pubrel 1",
                                            "1 deliver x=6 q2 #2 dup", "1 deliver x=7 q2 #3 dup"));
    EXPECT_EQ(again.token, 1u);
}

TEST(BrokerKeeping, ids_that_are_in_use_are_not_given_out_after_a_crash) {
    KeptStage stage;
    const auto s = subscriber(stage, "s", kQos2);
    const auto p = stage.attach("p");
    for (std::uint16_t id = 5; id <= 6; ++id) stage->publish(p, "x", "a", kQos2, id);
    stage.commit();
    stage->acknowledge(s, 1, kRecorded);
    stage->acknowledge(s, 1, kCompleted);
    stage.commit();
    stage.crash();
    stage.attach("s");
    const auto publisher = stage.attach("p");
    stage->publish(publisher, "x", "b", kQos2, 9);
    EXPECT_THAT(stage.commit(), testing::Contains("1 deliver x=b q2 #3"));
}

TEST(BrokerKeeping, mqtt_4_3_3_10_a_repeat_is_known_after_a_crash) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos2));
    const auto p = stage.attach("p");
    stage->publish(p, "x", "1", kQos2, 5);
    stage.commit();
    stage.crash();
    const auto again = stage.attach("p");
    EXPECT_THAT(stage->publish(again, "x", "1", kQos2, 5), ElementsAre("1 pubrec 5"));
    EXPECT_EQ(stage->statistics().queued_messages, 1u);
    stage->release(again, 5);
    EXPECT_THAT(stage.commit(), ElementsAre("1 pubcomp 5"));
    stage.crash();
    const auto third = stage.attach("p");
    stage->publish(third, "x", "2", kQos2, 5);
    EXPECT_THAT(stage.commit(), ElementsAre("1 pubrec 5"));
    EXPECT_EQ(stage->statistics().queued_messages, 2u) << "a new message under an old id";
}

TEST(BrokerKeeping, subscriptions_are_there_with_their_options) {
    KeptStage stage;
    const auto s = stage.attach("s");
    stage->subscribe(s, "+/x", {.qos = kQos1, .no_local = true, .retain_as_published = true}, 7);
    stage->subscribe(s, "y", {.qos = kQos1});
    stage->unsubscribe(s, "y");
    stage.commit();
    stage.crash();
    const auto again = stage.attach("s");
    const auto p = stage.attach("p");
    stage->publish(again, "a/x", "own", kQos0);
    stage->publish(p, "y", "none", kQos0);
    EXPECT_THAT(stage->publish(p, make_message("a/x", "1", kQos0, true)),
                ElementsAre("1 deliver a/x=1 retain ids 7"));
}

TEST(BrokerKeeping, a_shared_group_goes_on) {
    KeptStage stage;
    const auto s = stage.attach("s");
    stage->subscribe(s, "$share/g/x", {.qos = kQos1});
    stage.commit();
    stage->detach(s);
    const auto p = stage.attach("p");
    stage->publish(p, "x", "1", kQos1, 1);
    stage.commit();
    stage.crash();
    // Its member ends while another is there: what it had goes on.
    const auto t = stage.attach("t");
    stage->subscribe(t, "$share/g/x", {.qos = kQos1});
    stage.commit();
    stage->attach({.client_id = "s", .clean_start = true});
    EXPECT_THAT(stage.commit(), testing::Contains("1 deliver x=1 q1 #1"));
}

TEST(BrokerKeeping, what_moves_on_to_another_member_is_promised_still) {
    for (const bool is_out : {false, true}) {
        KeptStage stage;
        const auto s = stage.attach("s");
        const auto t = stage.attach("t");
        for (const auto& member : {s, t}) stage->subscribe(member, "$share/g/x", {.qos = kQos1});
        stage.commit();
        const auto p = stage.attach("p");
        EXPECT_THAT(stage->publish(p, "x", "1", kQos1, 2), ElementsAre("1 deliver x=1 q1 #1"));
        if (is_out) stage.begin_commit();
        EXPECT_THAT(stage->detach(s), ElementsAre("2 deliver x=1 q1 #1"));
        EXPECT_THAT(stage.commit(), ElementsAre("3 puback 2"));
        EXPECT_EQ(stage.journal.deliveries(), 1u);
        EXPECT_EQ(stage.journal.messages(), 1u);
    }
}

TEST(BrokerKeeping, an_ended_session_stays_ended) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    const auto p = stage.attach("p");
    stage->publish(p, "x", "1", kQos1, 5);
    stage.commit();
    stage->attach({.client_id = "s", .clean_start = true});
    EXPECT_THAT(stage.commit(), ElementsAre("3 attached"));
    EXPECT_EQ(stage.journal.subscriptions(), 0u);
    EXPECT_EQ(stage.journal.deliveries(), 0u);
    EXPECT_EQ(stage.journal.messages(), 0u);
    stage.crash();
    stage->attach("s");
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again"));
}

TEST(BrokerKeeping, a_session_ends_in_its_time_after_a_crash) {
    KeptStage stage;
    const auto s = stage.attach({.client_id = "s", .session_expiry = seconds{100}});
    stage->detach(s);
    stage.commit();
    stage.pass(seconds{40});
    stage.crash();
    stage.pass(seconds{59});
    EXPECT_EQ(stage->statistics().clients_offline, 1u);
    stage.pass(seconds{2});
    EXPECT_EQ(stage->statistics().clients_offline, 0u);
    stage.commit();
    EXPECT_EQ(stage.journal.sessions(), 0u);
}

// It was there only for the will; and also if it had lasted before.
TEST(BrokerKeeping, a_session_that_was_not_to_last_is_gone_after_a_crash) {
    for (const Duration before : {Duration::zero(), Duration{seconds{100}}}) {
        KeptStage stage;
        const auto first = stage.attach({.client_id = "s", .session_expiry = before});
        if (before > Duration::zero()) stage->subscribe(first, "x", {.qos = kQos1});
        stage->detach(first);
        stage.attach({.client_id = "s",
                      .session_expiry = Duration::zero(),
                      .will = port::Will{.message = make_message("x", "gone", kQos1)}});
        for (int crashes = 0; crashes < 2; ++crashes) {
            stage.commit();
            stage.crash();
        }
        stage->attach("s");
        EXPECT_THAT(stage.commit(), ElementsAre("1 attached"));
        EXPECT_EQ(stage->statistics().subscriptions, 0u);
        EXPECT_EQ(stage->statistics().wills_published, 0u);
    }
}

// -- what is written

TEST(BrokerKeeping, a_payload_is_kept_once_for_all_who_wait) {
    KeptStage stage;
    for (const char* name : {"a", "b", "c"}) stage->detach(subscriber(stage, name, kQos1));
    const auto p = stage.attach("p");
    stage->publish(p, "x", "1", kQos1, 5);
    stage.commit();
    EXPECT_EQ(stage.journal.count("MessagePut"), 1u);
    EXPECT_EQ(stage.journal.count("DeliveryPut"), 3u);
    stage.crash();
    for (const char* name : {"a", "b"}) stage->acknowledge(stage.attach(name), 1);
    stage.commit();
    EXPECT_EQ(stage.journal.messages(), 1u);
    const auto c = stage.attach("c");
    stage->acknowledge(c, 1);
    stage.commit();
    EXPECT_EQ(stage.journal.messages(), 0u);
    EXPECT_EQ(stage.journal.deliveries(), 0u);
}

TEST(BrokerKeeping, a_retained_topic_that_changes_often_is_written_once) {
    KeptStage stage;
    const auto p = stage.attach("p");
    for (int value = 0; value < 1000; ++value) {
        stage->publish(p, make_message("t", std::to_string(value), kQos0, true));
    }
    stage.commit();
    EXPECT_EQ(stage.journal.count("RetainedPut"), 1u);
    stage.crash();
    const auto s = stage.attach("s");
    EXPECT_THAT(stage->subscribe(s, "t"), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 suback 1: 0", "1 deliver t=999 retain"));
}

TEST(BrokerKeeping, a_retained_message_that_is_promised_is_safe_then) {
    KeptStage stage;
    const auto p = stage.attach("p");
    EXPECT_THAT(stage->publish(p, make_message("t", "1", kQos1, true), 1), IsEmpty());
    EXPECT_THAT(stage->publish(p, make_message("t", "2", kQos1, true), 2), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 puback 1 no matching subscribers",
                                            "1 puback 2 no matching subscribers"));
    EXPECT_EQ(stage.journal.retained(), 1u);
    EXPECT_THAT(stage->publish(p, make_message("t", "", kQos1, true), 3), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 puback 3 no matching subscribers"));
    EXPECT_EQ(stage.journal.retained(), 0u);
    // Set and cleared before it was written: nothing is left to write.
    const std::uint64_t before = stage.journal.change_count();
    stage->publish(p, make_message("t", "4", kQos1, true), 4);
    EXPECT_THAT(
        stage->publish(p, make_message("t", "", kQos1, true), 5),
        ElementsAre("1 puback 4 no matching subscribers", "1 puback 5 no matching subscribers"));
    stage.commit();
    EXPECT_EQ(stage.journal.change_count(), before);
}

// What was retained and is safe must not come back once its end was acknowledged, however it ended.
TEST(BrokerKeeping, a_retained_message_that_is_cleared_for_certain_stays_cleared) {
    const std::vector<std::vector<port::MessageRef>> ways = {
        {make_message("t", "2", kQos0, true)},
        {make_message("t", "", kQos0, true)},
        {make_message("t", "", kQos0, true), make_message("t", "2", kQos0, true)},
    };
    for (const std::vector<port::MessageRef>& way : ways) {
        KeptStage stage;
        const auto p = stage.attach("p");
        stage->publish(p, make_message("t", "1", kQos1, true), 1);
        stage.commit();
        for (const port::MessageRef& message : way) stage->publish(p, message);
        EXPECT_THAT(stage->publish(p, make_message("t", "", kQos1, true), 2), IsEmpty());
        EXPECT_THAT(stage.commit(), ElementsAre("1 puback 2 no matching subscribers"));
        EXPECT_EQ(stage.journal.retained(), 0u);
    }
}

TEST(BrokerKeeping, a_retained_message_that_goes_again_promises_no_older_one) {
    KeptStage stage;
    const auto p = stage.attach("p");
    stage->publish(p, make_message("t", "1", kQos1, true), 1);
    stage.commit();
    stage->publish(p, make_message("t", "", kQos0, true));
    EXPECT_THAT(stage->publish(p, make_message("t", "2", kQos1, true), 2), IsEmpty());
    EXPECT_THAT(stage->publish(p, make_message("t", "", kQos0, true)), IsEmpty());
    stage.commit();
    EXPECT_EQ(stage.journal.retained(), 0u);
}

TEST(BrokerKeeping, what_a_limit_drops_is_not_kept) {
    KeptStage stage;
    const auto s = stage.attach({.client_id = "s", .queue = {.messages_max = 2}});
    stage->subscribe(s, "x", {.qos = kQos1});
    stage.commit();
    stage->detach(s);
    const auto p = stage.attach("p");
    for (std::uint16_t id = 1; id <= 4; ++id) {
        stage->publish(p, "x", std::to_string(id), kQos1, id);
        if (id == 2) stage.commit();
    }
    stage.commit();
    EXPECT_EQ(stage.journal.deliveries(), 2u);
    EXPECT_EQ(stage.journal.messages(), 2u);
    stage.crash();
    stage->attach("s");
    EXPECT_THAT(stage.commit(),
                ElementsAre("1 attached again", "1 deliver x=3 q1 #1", "1 deliver x=4 q1 #2"));
}

TEST(BrokerKeeping, who_has_not_come_back_after_a_crash_has_the_queue_that_is_configured) {
    KeptStage stage{{.restored_queue = {.messages_max = 3}}};
    const auto s = stage.attach({.client_id = "s", .queue = {.messages_max = 3}});
    stage->subscribe(s, "x", {.qos = kQos1});
    stage.commit();
    stage->detach(s);
    stage.commit();
    stage.crash();
    const auto p = stage.attach("p");
    for (std::uint16_t id = 1; id <= 4; ++id) {
        stage->publish(p, "x", std::to_string(id), kQos1, id);
    }
    stage.commit();
    stage->attach("s");
    EXPECT_THAT(stage.commit(), ElementsAre("2 attached again", "2 deliver x=2 q1 #1",
                                            "2 deliver x=3 q1 #2", "2 deliver x=4 q1 #3"));
}

TEST(BrokerKeeping, acknowledged_deliveries_do_not_come_back) {
    KeptStage stage;
    stage->detach(subscriber(stage, "s", kQos1));
    const auto p = stage.attach("p");
    for (std::uint16_t id = 1; id <= 3; ++id) stage->publish(p, "x", "m", kQos1, id);
    stage.commit();
    const auto s = stage.attach("s");
    stage->acknowledge(s, 2, kReceived);
    stage.commit();
    stage.crash();
    stage->attach("s");
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again", "1 deliver x=m q1 #1 dup",
                                            "1 deliver x=m q1 #3 dup"));
}

}  // namespace
}  // namespace kleber::broker
