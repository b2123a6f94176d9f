#include "gateway/recorder/history.hpp"

#include <numeric>

#include "gateway/recorder/opening.hpp"
#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

class HistoryTest : public RecorderFixture {};

std::uint64_t values_in(const std::vector<Summary>& rows) {
    return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Summary& row) { return sum + row.count; });
}

TEST_F(HistoryTest, what_was_said_is_there_before_and_after_it_is_written) {
    Recorder recorder{path_, wanted({"home/+/temperature"})};
    say(recorder, 1s, "home/kitchen/temperature", "21.5");
    say(recorder, 2s, "home/kitchen/humidity", "55");
    say(recorder, 3s, "home/kitchen/temperature", "warm");
    const std::vector<Summary> expected{summary_of({kMidnight + 1s, 21.5})};
    EXPECT_EQ(rows(recorder, "home/kitchen/temperature", 5s), expected);
    recorder.flush(after(60s));
    EXPECT_EQ(rows(recorder, "home/kitchen/temperature", 60s), expected);
    EXPECT_TRUE(rows(recorder, "home/kitchen/humidity", 60s).empty());
    EXPECT_EQ(*recorder.topics(after(0s)), std::vector<std::string>{"home/kitchen/temperature"});
    EXPECT_EQ(recorder.history().counts().no_number, 1U);
}

TEST_F(HistoryTest, it_is_there_after_a_restart) {
    {
        Recorder recorder{path_, wanted({"t"})};
        say(recorder, 1s, "t", "1");
        recorder.flush(after(2s));
        say(recorder, 3s, "t", "2");
        recorder.flush(after(4s));
    }
    Recorder recorder{path_, wanted({"t"})};
    recorder.flush(after(5s));
    say(recorder, 6s, "t", "3");
    const auto found = rows(recorder, "t", 7s);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].mean, 1);
    EXPECT_EQ(found[2].time, kMidnight + 6s);
}

TEST_F(HistoryTest, a_range_has_both_its_ends_and_pages_lose_nothing) {
    Recorder recorder{path_, wanted({"t"})};
    for (int second = 0; second < 100; ++second) {
        // Three values each second: a page does not end between them.
        for (int value = 0; value < 3; ++value) say(recorder, second * 1s, "t", "1");
        if (second % 30 == 0) recorder.flush(after(second * 1s));
    }
    EXPECT_EQ(rows(recorder, "t", 100s).size(), 300U);
    EXPECT_EQ(rows(recorder, "t", 100s, kMidnight + 10s, kMidnight + 19s).size(), 30U);
    EXPECT_TRUE(rows(recorder, "t", 100s, kMidnight + 100s).empty());
    EXPECT_TRUE(rows(recorder, "t", 100s, kMidnight + 19s, kMidnight + 10s).empty());
    EXPECT_TRUE(rows(recorder, "nobody", 100s).empty());
}

TEST_F(HistoryTest, a_day_later_values_are_minutes_and_a_month_later_quarters) {
    Recorder recorder{path_, wanted({"t"})};
    for (int second = 0; second < 3600; second += 20) {
        say(recorder, second * 1s, "t", second % 60 == 0 ? "10" : "40");
    }
    recorder.flush(after(1h));
    EXPECT_EQ(rows(recorder, "t", 1h).size(), 180U);
    recorder.flush(after(25h));
    const auto minutes = rows(recorder, "t", 25h);
    ASSERT_EQ(minutes.size(), 60U);
    EXPECT_EQ(minutes[1], (Summary{kMidnight + 1min, 1min, 30, 10, 40, 3}));
    recorder.flush(after(31 * 24h));
    const auto quarters = rows(recorder, "t", 31 * 24h);
    ASSERT_EQ(quarters.size(), 4U);
    EXPECT_EQ(quarters[3], (Summary{kMidnight + 45min, 15min, 30, 10, 40, 45}));
    EXPECT_EQ(values_in(quarters), 180U);
    // And after two years nothing, and nobody remembers the topic.
    recorder.flush(after(732 * 24h));
    EXPECT_TRUE(rows(recorder, "t", 732 * 24h).empty());
    EXPECT_TRUE(recorder.topics(after(0s))->empty());
}

TEST_F(HistoryTest, each_value_is_counted_once_while_it_wanders) {
    Recorder recorder{path_, wanted({"t"}), {.raw = 2h, .minutes = 24h, .quarters = 72h}};
    std::uint64_t said = 0;
    for (Duration time{0}; time < 60h; time += 5min) {
        say(recorder, time, "t", std::to_string(said % 7));
        ++said;
        if (said % 3 == 0) recorder.flush(after(time));
        if (said % 50 == 0) {
            EXPECT_EQ(values_in(rows(recorder, "t", time)), said);
        }
    }
}

TEST_F(HistoryTest, a_topic_that_talks_too_much_is_kept_as_minutes) {
    HistoryLimits limits;
    limits.raw_an_hour = 100;
    Recorder recorder{path_, wanted({"t"}), {}, limits};
    for (int second = 0; second < 200; ++second) say(recorder, second * 1s, "t", "5");
    recorder.flush(after(1h));
    const auto found = rows(recorder, "t", 1h);
    EXPECT_EQ(found.size(), 4U);
    EXPECT_EQ(values_in(found), 200U);
}

TEST_F(HistoryTest, topics_and_what_waits_are_bounded) {
    HistoryLimits limits;
    limits.topics = 3;
    limits.pending = 100;
    Recorder recorder{path_, wanted({"#"}), {}, limits};
    for (int topic = 0; topic < 5; ++topic) say(recorder, 1s, std::to_string(topic), "1");
    recorder.flush(after(2s));
    for (int topic = 0; topic < 5; ++topic) say(recorder, 3s, std::to_string(topic), "1");
    EXPECT_EQ(*recorder.topics(after(0s)), (std::vector<std::string>{"0", "1", "2"}));
    EXPECT_EQ(recorder.history().counts().too_many_topics, 4U);

    for (int number = 0; number < 1000; ++number) {
        say(recorder, 4s + number * 1s, "0", std::to_string(number));
    }
    EXPECT_LE(recorder.history().pending_count(), 100U);
    EXPECT_EQ(recorder.history().counts().no_room, 1003 - recorder.history().pending_count());
    EXPECT_EQ(rows(recorder, "0", 2000s).back().mean, 999) << "the latest stay";
}

TEST_F(HistoryTest, what_is_dropped_for_want_of_room_is_the_oldest_of_all_topics) {
    HistoryLimits limits;
    limits.pending = 100;
    Recorder recorder{path_, wanted({"#"}), {}, limits};
    for (int second = 0; second < 1000; ++second) {
        say(recorder, second * 1s, "fast", "1");
        if (second == 990) say(recorder, second * 1s, "slow", "2");
    }
    EXPECT_EQ(rows(recorder, "slow", 1000s).size(), 1U) << "it was among the newest";
    EXPECT_GE(recorder.history().pending_count(), 75U);
    EXPECT_LE(recorder.history().pending_count(), 100U);
    for (int number = 0; number < 200; ++number) say(recorder, 1000s, "fast", "1");
    EXPECT_GE(recorder.history().pending_count(), 75U) << "also of one moment, a quarter goes";
}

TEST_F(HistoryTest, a_block_at_the_end_of_all_time_ends_a_query) {
    {
        auto opened = open_database(path_, after(0s));
        ASSERT_TRUE(opened);
        HistoryTables tables{*opened->database};
        tables.add_topic(7, "t");
        constexpr std::uint32_t kLast = 0xFFFF'FFFF;
        for (const Level level : {Level::Raw, Level::Minutes, Level::Quarters}) {
            tables.put({level, 7, kLast}, {});
        }
        EXPECT_FALSE(opened->database->has_failed());
    }
    Recorder recorder{path_, wanted({"t"})};
    say(recorder, 1s, "t", "1");
    recorder.flush(after(2s));
    EXPECT_EQ(rows(recorder, "t", 3s).size(), 1U);
}

TEST_F(HistoryTest, a_topic_number_that_is_too_large_for_its_place_is_not_taken) {
    {
        auto opened = open_database(path_, after(0s));
        ASSERT_TRUE(opened);
        HistoryTables tables{*opened->database};
        tables.add_topic(1U << 29, "too large");
        tables.add_topic(kTopicIdMax, "the last");
        tables.put({Level::Quarters, kTopicIdMax, span_at(Level::Quarters, kMidnight)}, {});
    }
    Recorder recorder{path_, wanted({"#"})};
    recorder.flush(after(0s));
    EXPECT_EQ(*recorder.topics(after(0s)), (std::vector<std::string>{"the last"}));
    say(recorder, 1s, "t", "1");
    recorder.flush(after(2s));
    EXPECT_EQ(rows(recorder, "t", 3s).size(), 1U) << "there is a free number below";
    EXPECT_EQ(rows(recorder, "the last", 3s).size(), 0U);
}

TEST_F(HistoryTest, values_wait_for_a_clock_and_are_dated_by_it) {
    Recorder recorder{path_, wanted({"t"})};
    Now boot{kStart, WallTime{10s}, false};
    say(recorder, 5s, "t", "1");
    recorder.flush(boot);
    EXPECT_EQ(recorder.history().pending_count(), 1U);
    recorder.flush(after(60s));
    EXPECT_EQ(rows(recorder, "t", 60s), std::vector<Summary>{summary_of({kMidnight + 5s, 1})});
}

TEST_F(HistoryTest, a_clock_that_is_set_back_loses_nothing) {
    Recorder recorder{path_, wanted({"t"})};
    say(recorder, 100s, "t", "1");
    recorder.flush(after(2h));
    Now back = after(2h);
    back.wall -= 2h;
    say(recorder, 2h, "t", "2");
    recorder.flush(back);
    const auto found = rows(recorder, "t", 3h);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0], summary_of({kMidnight, 2}));
}

}  // namespace
}  // namespace kleber::recorder
