#include "gateway/recorder/recording.hpp"

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

class RecordingTest : public RecorderFixture {
  protected:
    static std::vector<Recorded> all(Recorder& recorder, WallTime from = WallTime{},
                                     WallTime to = WallTime::max()) {
        std::vector<Recorded> messages;
        for (std::optional<std::int64_t> at = 0; at;) {
            auto page = *recorder.read_recording(from, to, *at, after(0s));
            messages.insert(messages.end(), page.messages.begin(), page.messages.end());
            at = page.next;
        }
        return messages;
    }
};

TEST_F(RecordingTest, messages_come_back_with_all_they_had) {
    Recorder recorder{path_, wanted({}, {"door/#"})};
    Batch batch;
    batch.add({kStart + 1s, "door/front", as_bytes("open"), Qos::AtLeastOnce, true});
    batch.add({kStart + 2s, "window", as_bytes("open"), Qos::AtMostOnce, false});
    batch.add({kStart + 3s, "door/back", as_bytes(std::string_view{"\0\xFF", 2}), Qos::AtMostOnce,
               false});
    recorder.take(batch);
    recorder.flush(after(60s));
    const std::vector<Recorded> expected{
        {kMidnight + 1s, "door/front", "open", Qos::AtLeastOnce, true},
        {kMidnight + 3s, "door/back", std::string{"\0\xFF", 2}, Qos::AtMostOnce, false}};
    EXPECT_EQ(all(recorder), expected);
    EXPECT_EQ(all(recorder, kMidnight + 2s).size(), 1U);
    EXPECT_EQ(all(recorder, WallTime{}, kMidnight + 2s).size(), 1U);
}

TEST_F(RecordingTest, the_oldest_go_by_age_and_by_size) {
    Wanted few = wanted({}, {"#"});
    few.recording_keep = 2h;
    few.recording_bytes = 16 << 10;
    Recorder recorder{path_, few};
    for (int hour = 0; hour < 5; ++hour) {
        say(recorder, hour * 1h, "t", std::to_string(hour));
        recorder.flush(after(hour * 1h));
    }
    EXPECT_EQ(all(recorder).front().payload, "2");

    const std::string large(3000, 'x');
    for (int number = 0; number < 20; ++number) {
        say(recorder, 5h, "t", large + std::to_string(number));
        recorder.flush(after(5h));
    }
    EXPECT_LE(recorder.recording().size_bytes(), 16U << 10);
    const auto left = all(recorder);
    EXPECT_EQ(left.size(), 5U);
    EXPECT_EQ(left.back().payload, large + "19");

    few.recording_keep = 1h;
    recorder.set_wanted(few);
    recorder.flush(after(7h));
    EXPECT_TRUE(all(recorder).empty());
}

TEST_F(RecordingTest, much_at_once_goes_into_blocks_and_numbers_go_on_after_a_restart) {
    {
        Recorder recorder{path_, wanted({}, {"#"})};
        Batch batch;
        for (int number = 0; number < 20'000; ++number) add(batch, 1s, "t", "0123456789");
        recorder.take(batch);
        recorder.flush(after(1min));
        EXPECT_GT(recorder.recording().block_count(), 3U);
    }
    Recorder recorder{path_, wanted({}, {"#"})};
    say(recorder, 2min, "t", "last");
    recorder.flush(after(3min));
    const auto messages = all(recorder);
    EXPECT_EQ(messages.size(), 20'001U);
    EXPECT_EQ(messages.back().payload, "last");
}

TEST_F(RecordingTest, a_message_that_is_larger_than_all_wipes_out_nothing) {
    Wanted few = wanted({}, {"#"});
    few.recording_bytes = 16 << 10;
    Recorder recorder{path_, few};
    say(recorder, 1s, "t", "kept");
    recorder.flush(after(1min));
    say(recorder, 61s, "t", std::string(17 << 10, 'x'));
    recorder.flush(after(2min));
    ASSERT_EQ(all(recorder).size(), 1U);
    EXPECT_EQ(all(recorder).front().payload, "kept");
    EXPECT_EQ(recorder.recording().counts().too_large, 1U);
}

TEST_F(RecordingTest, a_small_size_is_used_and_the_newest_stay) {
    Wanted few = wanted({}, {"#"});
    few.recording_bytes = 16 << 10;
    Recorder recorder{path_, few};
    Batch batch;
    for (int number = 0; number < 5000; ++number) add(batch, 1s, "t", std::to_string(number));
    recorder.take(batch);
    recorder.flush(after(1min));
    EXPECT_EQ(all(recorder).back().payload, "4999");
    EXPECT_LE(recorder.recording().size_bytes(), 16U << 10);
    EXPECT_GE(recorder.recording().size_bytes(), 11U << 10);
    // One that is nearly as large as all that is allowed stays by itself.
    say(recorder, 61s, "t", std::string(16'300, 'x'));
    recorder.flush(after(2min));
    EXPECT_EQ(all(recorder).back().payload.size(), 16'300U);
}

TEST_F(RecordingTest, a_date_in_the_future_keeps_nothing_else) {
    Wanted few = wanted({}, {"#"});
    few.recording_keep = 2h;
    Recorder recorder{path_, few};
    Now ahead = after(1min);
    ahead.wall += 24h * 365;
    say(recorder, 1s, "t", "of next year");
    recorder.flush(ahead);
    for (int hour = 0; hour < 6; ++hour) {
        say(recorder, hour * 1h, "t", std::to_string(hour));
        recorder.flush(after(hour * 1h + 1min));
    }
    const auto left = all(recorder);
    ASSERT_FALSE(left.empty());
    EXPECT_EQ(left.front().payload, "4");
    EXPECT_EQ(left.size(), 2U) << "also the one of next year is gone";
}

TEST_F(RecordingTest, many_writings_make_few_blocks) {
    Recorder recorder{path_, wanted({}, {"#"})};
    std::size_t block_count_max = 0;
    for (int minute = 0; minute < 400; ++minute) {
        say(recorder, minute * 1min, "t", std::string(300, 'x') + std::to_string(minute));
        recorder.flush(after(minute * 1min));
        block_count_max = std::max(block_count_max, recorder.recording().block_count());
    }
    EXPECT_LE(block_count_max, 20U);
    const auto messages = all(recorder);
    ASSERT_EQ(messages.size(), 400U);
    for (std::size_t minute = 0; minute < messages.size(); ++minute) {
        EXPECT_EQ(messages[minute].payload, std::string(300, 'x') + std::to_string(minute));
        EXPECT_EQ(messages[minute].time, kMidnight + minute * 1min);
    }
}

TEST_F(RecordingTest, what_waits_is_bounded) {
    Recorder recorder{folder_ + "/none/recorder.db", wanted({}, {"#"})};
    const std::string large(10'000, 'x');
    for (int number = 0; number < 300; ++number) say(recorder, 1s, "t", large);
    recorder.flush(after(1min));
    EXPECT_LE(recorder.recording().pending_bytes(), (1U << 20) + 11'000);
    EXPECT_GT(recorder.recording().counts().no_room, 150U);
}

}  // namespace
}  // namespace kleber::recorder
