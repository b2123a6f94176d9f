#include "gateway/recorder/recorder.hpp"

#include <gmock/gmock.h>

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RecorderTest : public RecorderFixture {};

TEST_F(RecorderTest, one_message_may_be_wanted_twice) {
    Recorder recorder{path_, wanted({"a/#"}, {"+/b"})};
    say(recorder, 1s, "a/b", "1");
    say(recorder, 1s, "a/c", "2");
    say(recorder, 1s, "d/b", "3");
    recorder.flush(after(2s));
    EXPECT_EQ(*recorder.topics(after(0s)), (std::vector<std::string>{"a/b", "a/c"}));
    EXPECT_EQ(recorder.recording().counts().recorded, 2U);
}

TEST_F(RecorderTest, what_is_not_wanted_any_more_stays_until_it_is_too_old) {
    Recorder recorder{path_, wanted({"a"})};
    say(recorder, 1s, "a", "1");
    recorder.set_wanted(wanted({"b"}));
    say(recorder, 2s, "a", "2");
    say(recorder, 2s, "b", "3");
    recorder.flush(after(3s));
    EXPECT_EQ(rows(recorder, "a", 3s).size(), 1U);
    EXPECT_EQ(rows(recorder, "b", 3s).size(), 1U);
}

TEST_F(RecorderTest, clocks_that_are_read_one_after_the_other_move_nothing) {
    Recorder recorder{path_, wanted({"t"})};
    for (int number = 0; number < 10; ++number) say(recorder, number * 1ms, "t", "1");
    Now late = after(1s);
    const auto first = *recorder.query("t", WallTime{}, WallTime::max(), 5, late);
    late.wall -= 1ms;
    const auto second = *recorder.query("t", *first.next, WallTime::max(), 5, late);
    EXPECT_EQ(first.rows.size() + second.rows.size(), 10U);
    recorder.flush(late);
    EXPECT_EQ(rows(recorder, "t", 2s).back().time, kMidnight + 9ms);
}

TEST_F(RecorderTest, what_is_not_kept_is_news_once_a_writing) {
    HistoryLimits limits;
    limits.topics = 1;
    limits.pending = 100;
    Wanted few = wanted({"#"}, {"#"});
    few.recording_bytes = 10'000;
    Recorder recorder{path_, few, {}, limits};
    recorder.flush(after(0s));
    EXPECT_THAT(recorder.take_news(), IsEmpty());
    for (int number = 0; number < 101; ++number) say(recorder, 1s, "t", "1");
    say(recorder, 1s, "u", "1");
    say(recorder, 1s, "large", std::string(20'000, 'x'));
    recorder.flush(after(2s));
    EXPECT_THAT(recorder.take_news(),
                UnorderedElementsAre(HasSubstr("dropped 25 values and 0 messages"),
                                     HasSubstr("recording.size, so not recorded: 1 messages"),
                                     HasSubstr("1 topics have a history")));
    say(recorder, 3s, "u", "1");
    recorder.flush(after(4s));
    EXPECT_THAT(recorder.take_news(), IsEmpty()) << "it goes on, as was said";
    const RecorderState state = recorder.state();
    EXPECT_EQ(state.trouble, "");
    EXPECT_EQ(state.topic_count, 1U);
    EXPECT_EQ(state.history.too_many_topics, 2U);
    EXPECT_EQ(state.recording.too_large, 1U);
    EXPECT_GT(state.file_bytes, 0U);
}

TEST_F(RecorderTest, it_says_when_enough_has_gathered) {
    Recorder recorder{path_, wanted({"t"}, {"large"})};
    EXPECT_FALSE(recorder.is_full());
    for (int number = 0; number < 10'000; ++number) say(recorder, 1s, "t", "1");
    EXPECT_TRUE(recorder.is_full());
    recorder.flush(after(1min));
    EXPECT_FALSE(recorder.is_full());
    say(recorder, 1s, "large", std::string(300'000, 'x'));
    EXPECT_TRUE(recorder.is_full());
}

}  // namespace
}  // namespace kleber::recorder
