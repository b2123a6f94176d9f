#include "gateway/recorder/recorder.hpp"

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

class RecorderTest : public RecorderFixture {};

TEST_F(RecorderTest, one_message_may_be_wanted_twice) {
    Recorder recorder{path_, wanted({"a/#"}, {"+/b"})};
    say(recorder, 1s, "a/b", "1");
    say(recorder, 1s, "a/c", "2");
    say(recorder, 1s, "d/b", "3");
    recorder.flush(after(2s));
    EXPECT_EQ(recorder.topics(), (std::vector<std::string>{"a/b", "a/c"}));
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
    const auto first = recorder.query("t", WallTime{}, WallTime::max(), 5, late);
    late.wall -= 1ms;
    const auto second = recorder.query("t", *first.next, WallTime::max(), 5, late);
    EXPECT_EQ(first.rows.size() + second.rows.size(), 10U);
    recorder.flush(late);
    EXPECT_EQ(rows(recorder, "t", 2s).back().time, kMidnight + 9ms);
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
