#include "gateway/broker/outbound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using port::AcknowledgeKind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

// A publisher (1) and a receiver (2, then 3, ...) of x.
class OutboundTest : public testing::Test {
  protected:
    Stage::Client receiver(port::SendCredit credit, port::QueueLimits queue = {}) {
        const auto client = stage_.attach({.client_id = "r", .credit = credit, .queue = queue});
        stage_.subscribe(client, "x", {.qos = kQos2});
        stage_.lines();
        return client;
    }
    Lines publish(std::string_view payload, Qos qos) {
        Lines lines = stage_.publish(publisher_, "x", payload, qos, ++last_id_);
        std::erase_if(lines, [](const std::string& line) { return line.starts_with("1 "); });
        return lines;
    }

    Stage stage_;
    Stage::Client publisher_ = stage_.attach("p");
    std::uint16_t last_id_ = 0;
};

TEST_F(OutboundTest, mqtt_3_3_4_9_sends_no_more_than_there_are_slots) {
    const auto r = receiver({.slots = 2, .bytes = 1000});
    EXPECT_THAT(publish("1", kQos1), ElementsAre("2 deliver x=1 q1 #1"));
    EXPECT_THAT(publish("2", kQos2), ElementsAre("2 deliver x=2 q2 #2"));
    EXPECT_THAT(publish("3", kQos1), IsEmpty());
    EXPECT_THAT(publish("4", Qos::AtMostOnce), IsEmpty()) << "nobody is overtaken";
    EXPECT_THAT(stage_.acknowledge(r, 1), ElementsAre("2 deliver x=3 q1 #3", "2 deliver x=4"));
    // PUBREC frees nothing, PUBCOMP does.
    publish("5", kQos1);
    EXPECT_THAT(stage_.acknowledge(r, 2, AcknowledgeKind::Recorded), ElementsAre("2 pubrel 2"));
    EXPECT_THAT(stage_.acknowledge(r, 2, AcknowledgeKind::Completed),
                ElementsAre("2 deliver x=5 q1 #4"));
}

TEST_F(OutboundTest, sends_while_there_is_credit_of_bytes) {
    const auto r = receiver({.slots = 20, .bytes = 15});
    EXPECT_THAT(publish("1", Qos::AtMostOnce), ElementsAre("2 deliver x=1"));
    EXPECT_THAT(publish("2", Qos::AtMostOnce), ElementsAre("2 deliver x=2"));
    EXPECT_THAT(publish("3", Qos::AtMostOnce), IsEmpty());
    EXPECT_THAT(stage_.credit(r, 5), IsEmpty()) << "five were overdrawn";
    EXPECT_THAT(stage_.credit(r, 1), ElementsAre("2 deliver x=3"));
}

TEST_F(OutboundTest, counts_what_its_queue_drops) {
    receiver({.slots = 1, .bytes = 1000}, {.messages_max = 2});
    for (const char* payload : {"1", "2", "3", "4", "5"}) publish(payload, kQos1);
    EXPECT_EQ(stage_.row("r").queued, 2u);
    EXPECT_EQ(stage_.row("r").in_flight, 1u);
    EXPECT_EQ(stage_.row("r").dropped, 2u);
    EXPECT_EQ(stage_.dropped(port::DropReason::QueueFull), 2u);
    EXPECT_EQ(stage_.statistics().queued_messages, 3u);
    EXPECT_EQ(stage_.statistics().queued_bytes, 3u * 10);
}

TEST_F(OutboundTest, mqtt_4_4_0_1_resumes_under_the_same_ids_in_order) {
    const auto r = receiver({.slots = 3, .bytes = 1000});
    for (const char* payload : {"1", "2", "3", "4"}) publish(payload, kQos2);
    stage_.acknowledge(r, 2, AcknowledgeKind::Recorded);
    stage_.detach(r);
    stage_.attach({.client_id = "r", .credit = {.slots = 20, .bytes = 1000}});
    EXPECT_THAT(stage_.lines(),
                ElementsAre("3 attached again", "3 pubrel 2", "3 deliver x=1 q2 #1 dup",
                            "3 deliver x=3 q2 #3 dup", "3 deliver x=4 q2 #4"));
}

TEST_F(OutboundTest, mqtt_3_3_4_9_resumes_within_a_smaller_window) {
    const auto r = receiver({.slots = 3, .bytes = 1000});
    for (const char* payload : {"1", "2", "3", "4"}) publish(payload, kQos1);
    stage_.detach(r);
    const auto again = stage_.attach({.client_id = "r", .credit = {.slots = 1, .bytes = 1000}});
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached again", "3 deliver x=1 q1 #1 dup"));
    EXPECT_THAT(stage_.acknowledge(again, 1), ElementsAre("3 deliver x=2 q1 #2 dup"));
    // What it had seen on the last connection and acknowledges unasked makes no room.
    EXPECT_THAT(stage_.acknowledge(again, 3), IsEmpty());
    EXPECT_THAT(stage_.acknowledge(again, 2), ElementsAre("3 deliver x=4 q1 #4"));
    EXPECT_THAT(stage_.acknowledge(again, 4), IsEmpty());
    EXPECT_EQ(stage_.statistics().queued_messages, 0u);
}

TEST_F(OutboundTest, released_deliveries_keep_their_slots_however_often_the_client_comes_back) {
    Stage::Client r = receiver({.slots = 3, .bytes = 1000});
    for (int round = 0; round < 10; ++round) {
        for (int count = 0; count < 3; ++count) publish("1", kQos2);
        for (std::uint16_t id = 1; id <= 3; ++id) {
            stage_.acknowledge(r, id, AcknowledgeKind::Recorded);
        }
        stage_.detach(r);
        r = stage_.attach({.client_id = "r", .credit = {.slots = 3, .bytes = 1000}});
    }
    stage_.lines();
    EXPECT_EQ(stage_.row("r").in_flight, 3u);
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Completed),
                ElementsAre(testing::EndsWith("deliver x=1 q2 #4")));
}

TEST_F(OutboundTest, ignores_what_it_does_not_know_and_counts_it) {
    const auto r = receiver({.slots = 20, .bytes = 1000});
    publish("1", kQos2);
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Received), IsEmpty()) << "not its kind";
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Completed), IsEmpty()) << "too early";
    EXPECT_THAT(stage_.acknowledge(r, 7, AcknowledgeKind::Completed), IsEmpty());
    EXPECT_EQ(stage_.statistics().unknown_acknowledgements, 3u);
    EXPECT_EQ(stage_.row("r").in_flight, 1u);
    // A PUBREC may be a repeat from before a crash: it gets what ends the exchange.
    EXPECT_THAT(stage_.acknowledge(r, 7, AcknowledgeKind::Recorded), ElementsAre("2 pubrel 7"));
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Recorded), ElementsAre("2 pubrel 1"));
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Recorded), ElementsAre("2 pubrel 1"));
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Completed), IsEmpty());
    EXPECT_EQ(stage_.statistics().queued_messages, 0u);
    EXPECT_EQ(stage_.statistics().queued_bytes, 0u);
}

TEST_F(OutboundTest, drops_what_expired_while_it_waited) {
    const auto r = receiver({.slots = 1, .bytes = 1000});
    publish("1", kQos1);
    const SteadyTime soon = stage_.now.steady + Duration{500};
    stage_.publish(publisher_, make_message("x", "2", kQos1, false, soon), 50);
    publish("3", kQos1);
    stage_.pass(Duration{500});
    EXPECT_THAT(stage_.acknowledge(r, 1), ElementsAre("2 deliver x=3 q1 #2"));
    EXPECT_EQ(stage_.dropped(port::DropReason::Expired), 1u);
    EXPECT_EQ(stage_.row("r").dropped, 1u);
}

TEST_F(OutboundTest, what_the_connection_could_not_send_is_over_and_counted) {
    const auto r = receiver({.slots = 1, .bytes = 1000});
    publish("1", kQos2);
    publish("2", kQos1);
    EXPECT_THAT(stage_.acknowledge(r, 1, AcknowledgeKind::Discarded, ReasonCode::PacketTooLarge),
                ElementsAre("2 deliver x=2 q1 #2"));
    EXPECT_THAT(stage_.acknowledge(r, 2, AcknowledgeKind::Discarded), IsEmpty());
    EXPECT_EQ(stage_.dropped(port::DropReason::TooLarge), 1u);
    EXPECT_EQ(stage_.dropped(port::DropReason::Expired), 1u);
    EXPECT_EQ(stage_.statistics().queued_messages, 0u);
}

}  // namespace
}  // namespace kleber::broker
