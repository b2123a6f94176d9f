#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

TEST(BrokerPublish, settles_after_it_has_delivered) {
    Stage stage;
    const auto a = stage.attach("a");
    const auto b = stage.attach("b");
    EXPECT_THAT(stage.lines(), ElementsAre("1 attached", "2 attached"));
    EXPECT_THAT(stage.subscribe(b, "x", {.qos = kQos2}), ElementsAre("2 suback 1: 2"));
    EXPECT_THAT(stage.publish(a, "x", "0"), ElementsAre("2 deliver x=0"));
    EXPECT_THAT(stage.publish(a, "x", "1", kQos1, 5),
                ElementsAre("2 deliver x=1 q1 #1", "1 puback 5"));
    EXPECT_THAT(stage.publish(a, "x", "2", kQos2, 6),
                ElementsAre("2 deliver x=2 q2 #2", "1 pubrec 6"));
    EXPECT_THAT(stage.release(a, 6), ElementsAre("1 pubcomp 6"));
}

TEST(BrokerPublish, tells_that_nobody_is_there) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.lines();
    EXPECT_THAT(stage.publish(a, "x", "0"), IsEmpty());
    EXPECT_THAT(stage.publish(a, "x", "1", kQos1, 5),
                ElementsAre("1 puback 5 no matching subscribers"));
    EXPECT_THAT(stage.publish(a, "x", "2", kQos2, 6),
                ElementsAre("1 pubrec 6 no matching subscribers"));
}

TEST(BrokerPublish, mqtt_4_3_3_10_a_repeat_at_qos_2_is_acknowledged_and_not_delivered_again) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.subscribe(a, "x");
    stage.lines();
    EXPECT_THAT(stage.publish(a, "x", "1", kQos2, 5), ElementsAre("1 deliver x=1", "1 pubrec 5"));
    EXPECT_THAT(stage.publish(a, "x", "1", kQos2, 5), ElementsAre("1 pubrec 5"));
    // Across connections, too.
    const auto again = stage.attach("a");
    stage.lines();
    EXPECT_THAT(stage.publish(again, "x", "1", kQos2, 5), ElementsAre("2 pubrec 5"));
    EXPECT_THAT(stage.release(again, 5), ElementsAre("2 pubcomp 5"));
    EXPECT_THAT(stage.publish(again, "x", "2", kQos2, 5),
                ElementsAre("2 deliver x=2", "2 pubrec 5"));
}

TEST(BrokerPublish, a_release_of_nothing_is_answered_and_counted) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.lines();
    EXPECT_THAT(stage.release(a, 9), ElementsAre("1 pubcomp 9"));
    EXPECT_EQ(stage.statistics().unknown_acknowledgements, 1u);
}

TEST(BrokerPublish, of_a_client_that_was_taken_over_is_ignored) {
    Stage stage;
    const auto before = stage.attach("a");
    const auto after = stage.attach("a");
    stage.subscribe(after, "x");
    stage.lines();
    EXPECT_THAT(stage.publish(before, "x", "1", kQos1, 5), IsEmpty());
    EXPECT_THAT(stage.release(before, 5), IsEmpty());
    EXPECT_THAT(stage.subscribe(before, "y"), IsEmpty());
    EXPECT_THAT(stage.unsubscribe(before, "x"), IsEmpty());
    EXPECT_THAT(stage.detach(before), IsEmpty());
    EXPECT_THAT(stage.publish(after, "x", "2"), ElementsAre("2 deliver x=2"));
}

TEST(BrokerPublish, of_the_gateway_itself_needs_no_session) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.subscribe(a, "$SYS/broker/uptime");
    stage.lines();
    EXPECT_THAT(stage.publish({}, "$SYS/broker/uptime", "5"),
                ElementsAre("1 deliver $SYS/broker/uptime=5"));
}

TEST(BrokerPublish, mqtt_3_3_1_12_the_retain_flag_is_for_those_who_want_it) {
    Stage stage;
    const auto a = stage.attach("a");
    const auto b = stage.attach("b");
    stage.subscribe(a, "x");
    stage.subscribe(b, "x", {.retain_as_published = true});
    stage.lines();
    EXPECT_THAT(stage.publish(a, make_message("x", "1", Qos::AtMostOnce, true)),
                ElementsAre("1 deliver x=1", "2 deliver x=1 retain"));
    EXPECT_THAT(stage.publish(a, "x", "2"), ElementsAre("1 deliver x=2", "2 deliver x=2"));
}

TEST(BrokerPublish, mqtt_3_8_3_3_no_local_spares_the_publisher_alone) {
    Stage stage;
    const auto a = stage.attach("a");
    const auto b = stage.attach("b");
    stage.subscribe(a, "x", {.no_local = true});
    stage.subscribe(b, "x", {.no_local = true});
    stage.lines();
    EXPECT_THAT(stage.publish(a, "x", "1"), ElementsAre("2 deliver x=1"));
}

TEST(BrokerPublish, what_may_not_be_retained_is_told) {
    Stage stage{{.retained_messages_max = 1}};
    const auto a = stage.attach("a");
    stage.subscribe(a, "y");
    stage.publish(a, make_message("x", "1", Qos::AtMostOnce, true));
    stage.lines();
    EXPECT_THAT(stage.publish(a, make_message("y", "2", kQos1, true), 5),
                ElementsAre("1 deliver y=2", "1 puback 5 quota exceeded"));
    EXPECT_EQ(stage.dropped(port::DropReason::QueueFull), 1u);
    // But a PUBREC that refuses would end the exchange, and a repeat would come twice.
    for (const Lines& expected : {Lines{"1 deliver y=2", "1 pubrec 5"}, Lines{"1 pubrec 5"}}) {
        EXPECT_EQ(stage.publish(a, make_message("y", "2", kQos2, true), 5), expected);
    }
}

}  // namespace
}  // namespace kleber::broker
