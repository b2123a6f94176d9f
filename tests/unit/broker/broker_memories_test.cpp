#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/broker/kept_stage.hpp"

namespace kleber::broker {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// What a session gets back when its client comes again.
std::string remembered(Stage& stage, Stage::Options options) {
    stage.lines();
    stage.attach(std::move(options));
    return stage.lines().at(0).substr(2);
}

std::string remembered(KeptStage& stage, Stage::Options options = {.client_id = "rules"}) {
    stage.commit();
    stage->attach(std::move(options));
    return stage.commit().at(0).substr(2);
}

TEST(BrokerMemories, come_back_with_the_session) {
    Stage stage;
    const auto rules = stage.attach("rules");
    EXPECT_THAT(stage.lines(), ElementsAre("1 attached"));
    EXPECT_THAT(stage.remember(rules, "light", "on"), IsEmpty());
    EXPECT_THAT(stage.remember(rules, "door", "shut", 7), ElementsAre("1 remembered 7"));
    stage.remember(rules, "light", "off");
    stage.remember(rules, "heater", "on");
    stage.remember(rules, "heater");
    stage.detach(rules);
    EXPECT_EQ(remembered(stage, {.client_id = "rules"}), "attached again door=shut light=off");
}

TEST(BrokerMemories, cost_a_session_that_has_none_a_pointer) {
    Stage stage;
    const auto rules = stage.attach("rules");
    stage.remember(rules, "light", "on");
    stage.remember(rules, "light");
    stage.remember(rules, "light");
    stage.detach(rules);
    EXPECT_EQ(remembered(stage, {.client_id = "rules"}), "attached again");
}

TEST(BrokerMemories, survive_a_takeover_and_are_the_new_ones) {
    Stage stage;
    const auto before = stage.attach("rules");
    stage.remember(before, "light", "on");
    stage.lines();
    const auto after = stage.attach("rules");
    EXPECT_THAT(stage.lines(),
                ElementsAre("1 close session taken over", "2 attached again light=on"));
    EXPECT_THAT(stage.remember(before, "light", "off", 1), IsEmpty());
    stage.detach(after);
    EXPECT_EQ(remembered(stage, {.client_id = "rules"}), "attached again light=on");
}

TEST(BrokerMemories, end_with_the_session) {
    KeptStage stage;
    const auto rules = stage.attach({.client_id = "rules", .session_expiry = 1h});
    stage->remember(rules, "light", "on");
    stage.commit();
    EXPECT_EQ(stage.journal.memories(), 1U);
    stage->detach(rules);
    EXPECT_EQ(remembered(stage, {.client_id = "rules", .clean_start = true}), "attached");
    EXPECT_EQ(stage.journal.memories(), 0U);

    const auto again = stage.attach({.client_id = "rules", .session_expiry = 1h});
    stage->remember(again, "light", "on");
    stage->detach(again);
    stage.pass(2h);
    EXPECT_EQ(remembered(stage), "attached");
    EXPECT_EQ(stage.journal.memories(), 0U);
}

TEST(BrokerMemories, come_back_after_a_crash) {
    KeptStage stage;
    const auto rules = stage.attach("rules");
    stage->remember(rules, "light", "on");
    stage->remember(rules, "door", "shut");
    stage.commit();
    stage->remember(rules, "door");
    stage.commit();
    stage->remember(rules, "light", "lost");
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again light=on");
    stage.crash();
    const auto again = stage.attach("rules");
    stage->remember(again, "light", "off");
    stage.commit();
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again light=off");
}

TEST(BrokerMemories, are_said_to_be_safe_when_they_are) {
    KeptStage stage;
    const auto rules = stage.attach("rules");
    EXPECT_THAT(stage->remember(rules, "light", "on", 1), IsEmpty());
    EXPECT_THAT(stage->remember(rules, "light", "off", 2), IsEmpty());
    EXPECT_THAT(stage->remember(rules, "door", "shut"), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 remembered 1", "1 remembered 2"));
    EXPECT_THAT(stage->remember(rules, "light", {}, 3), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 remembered 3"));
    EXPECT_THAT(stage->remember(rules, "nothing", {}, 4), ElementsAre("1 remembered 4"));
}

// Somebody forgot it before, and nobody knows yet whether that is safe.
TEST(BrokerMemories, what_is_forgotten_twice_is_forgotten_for_good) {
    KeptStage stage;
    const auto rules = stage.attach("rules");
    stage->remember(rules, "light", "on");
    stage.commit();
    stage->remember(rules, "light");
    stage.begin_commit();
    EXPECT_THAT(stage->remember(rules, "light", {}, 1), IsEmpty());
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again light=on");
    stage.crash();
    const auto again = stage.attach("rules");
    stage->remember(again, "light");
    EXPECT_THAT(stage->remember(again, "light", {}, 1), IsEmpty());
    EXPECT_THAT(stage.commit(), ElementsAre("1 remembered 1"));
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again");
}

TEST(BrokerMemories, of_one_key_take_one_change_a_batch) {
    KeptStage stage;
    const auto rules = stage.attach("rules");
    const std::uint64_t before = stage.journal.change_count();
    for (int number = 0; number < 1000; ++number) {
        stage->remember(rules, "count", std::to_string(number));
    }
    stage.commit();
    EXPECT_EQ(stage.journal.change_count(), before + 1);
    stage->remember(rules, "brief", "a");
    stage->remember(rules, "brief");
    stage.commit();
    EXPECT_EQ(stage.journal.change_count(), before + 1);
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again count=999");
}

// A key is erased, put and erased again while the disk is slow.
TEST(BrokerMemories, are_what_was_said_last_however_slow_the_disk_is) {
    KeptStage stage;
    const auto rules = stage.attach("rules");
    stage->remember(rules, "light", "on");
    stage.begin_commit();
    stage->remember(rules, "light");
    stage->remember(rules, "light", "off");
    stage->remember(rules, "door", "open");
    stage->remember(rules, "door");
    stage.commit();
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again light=off");
}

TEST(BrokerMemories, are_written_with_what_is_promised_beside_them) {
    KeptStage stage;
    const auto lamp = stage.attach("lamp");
    stage->subscribe(lamp, "light", {.qos = Qos::ExactlyOnce});
    stage.commit();
    const auto rules = stage.attach("rules");
    stage->detach(lamp);
    stage.commit();
    stage->publish(rules, "light", "on", Qos::AtLeastOnce, 1);
    stage->remember(rules, "light", "on");
    EXPECT_THAT(stage.pass(3ms), ElementsAre("2 puback 1"));
    stage.crash();
    EXPECT_EQ(remembered(stage), "attached again light=on");
}

TEST(BrokerMemories, that_nobody_waits_for_are_written_within_five_seconds) {
    KeptStage stage;
    const auto rules = stage.attach("rules");
    stage->remember(rules, "light", "on");
    stage.pass(4s);
    EXPECT_EQ(stage.journal.memories(), 0U);
    stage.pass(1s);
    EXPECT_EQ(stage.journal.memories(), 1U);
}

TEST(BrokerMemories, beyond_a_limit_are_refused_and_nothing_changes) {
    Stage stage{{.memories_max = 2, .memory_bytes_max = 20}};
    const auto rules = stage.attach("rules");
    stage.remember(rules, "a", "1");
    stage.remember(rules, "b", "2");
    EXPECT_THAT(stage.remember(rules, "c", "3", 9), ElementsAre("1 remembered 9 quota exceeded"));
    EXPECT_THAT(stage.remember(rules, "c", "3"), ElementsAre("1 remembered 0 quota exceeded"));
    EXPECT_THAT(stage.remember(rules, "a", std::string(18, 'x')),
                ElementsAre("1 remembered 0 quota exceeded"));
    EXPECT_THAT(stage.remember(rules, "a", std::string(17, 'x')), IsEmpty());
    EXPECT_THAT(stage.remember(rules, "a", "1"), IsEmpty());
    stage.remember(rules, "b");
    EXPECT_THAT(stage.remember(rules, "c", "3"), IsEmpty());
    stage.detach(rules);
    EXPECT_EQ(remembered(stage, {.client_id = "rules"}), "attached again a=1 c=3");
}

TEST(BrokerMemories, of_nobody_are_dropped) {
    Stage stage;
    EXPECT_THAT(stage.remember({}, "light", "on", 1), IsEmpty());
}

}  // namespace
}  // namespace kleber::broker
