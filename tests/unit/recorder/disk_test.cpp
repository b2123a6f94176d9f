// A disk that fails, and one that loses its power.

#include <gmock/gmock.h>

#include "tests/support/crash_disk.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

using support::DiskFailure;
using support::DiskOperation;

class DiskTest : public RecorderFixture {
  protected:
    // The file is there as the recorder looks at it, what SQLite does with it is on the disk.
    DiskTest() { disk_.plant(path_, {}); }

    Recorder recorder() { return {path_, wanted({"#"}, {"#"}), {}, {}, vfs_.name()}; }
    static std::vector<std::string> recorded(Recorder& recorder) {
        std::vector<std::string> payloads;
        for (std::optional<std::int64_t> at = 0; at;) {
            auto page = *recorder.read_recording(WallTime{}, WallTime::max(), *at, after(0s));
            for (const Recorded& one : page.messages) payloads.push_back(one.payload);
            at = page.next;
        }
        return payloads;
    }
    std::vector<double> values(Recorder& recorder) {
        std::vector<double> values;
        for (const Summary& row : rows(recorder, "t", 100min)) values.push_back(row.mean);
        return values;
    }

    support::CrashDisk disk_{1};
    support::CrashVfs vfs_{disk_, "recorder", 1};
};

TEST_F(DiskTest, what_was_written_although_its_sync_failed_is_not_written_again) {
    // Also where the values go into their blocks in that very transaction.
    for (const Duration pause : {Duration{1min}, Duration{1h}}) {
        Recorder one = recorder();
        const auto before = values(one).size();
        Duration now = pause;
        say(one, now, "t", "1");
        one.flush(after(now));
        say(one, now += 1s, "t", "2");
        disk_.faults().add({.operation = DiskOperation::Sync});
        one.flush(after(now += pause));
        EXPECT_TRUE(one.trouble());
        // What comes in between waits, and is none of it.
        say(one, now += 1s, "t", "3");
        one.flush(after(now += 30s));
        EXPECT_EQ(one.trouble(), std::nullopt);
        EXPECT_EQ(values(one).size(), before + 3);
        EXPECT_EQ(recorded(one).size(), before + 3);
        EXPECT_EQ(one.history().pending_count(), 0U);
    }
}

TEST_F(DiskTest, whatever_fails_everything_is_there_once) {
    for (const DiskOperation operation : {DiskOperation::Write, DiskOperation::Sync}) {
        for (const DiskFailure failure : {DiskFailure::IoError, DiskFailure::Full}) {
            for (std::uint64_t after_count = 0; after_count < 12; ++after_count) {
                disk_.plant(path_, {});
                disk_.plant(path_ + "-wal", {});
                Recorder one = recorder();
                one.flush(after(0s));
                disk_.faults().add({.operation = operation,
                                    .failure = failure,
                                    .after_count = after_count,
                                    .fail_count = 1 + after_count % 3});
                std::vector<std::string> expected;
                for (int minute = 1; minute <= 20; ++minute) {
                    expected.push_back(std::to_string(minute));
                    say(one, minute * 5min, "t", expected.back());
                    one.flush(after(minute * 5min));
                }
                disk_.faults().clear();
                one.flush(after(100min));
                EXPECT_EQ(recorded(one), expected) << after_count;
                EXPECT_EQ(values(one).size(), expected.size()) << after_count;
            }
        }
    }
}

TEST_F(DiskTest, what_cannot_be_read_is_an_error_and_not_a_short_page) {
    auto one = std::make_unique<Recorder>(path_, wanted({"#"}, {"#"}), HistoryKeep{},
                                          HistoryLimits{}, vfs_.name());
    for (int hour = 0; hour < 48; ++hour) {
        for (int value = 0; value < 100; ++value) {
            say(*one, hour * 1h + value * 1s, "t", "0." + std::to_string(hour * 7919 + value));
        }
        one->flush(after(hour * 1h + 1min));
    }
    one->flush(after(49h));
    const auto all = one->query("t", WallTime{}, WallTime::max(), 100'000, after(49h))->rows.size();
    // Nothing of it in memory.
    one.reset();
    bool is_refused = false;
    for (std::uint64_t after_count = 0; after_count < 40; ++after_count) {
        Recorder again = recorder();
        disk_.faults().add({.operation = DiskOperation::Read, .after_count = after_count});
        const auto page = again.query("t", WallTime{}, WallTime::max(), 100'000, after(49h));
        if (!page) {
            is_refused = true;
            EXPECT_THAT(page.error(), testing::HasSubstr("could not be read"));
        }
        EXPECT_TRUE(!page || page->rows.size() == all || again.trouble()) << after_count;
        disk_.faults().clear();
        EXPECT_EQ(*again.topics(after(49h)), std::vector<std::string>{"t"})
            << "it is opened for whoever asks";
        EXPECT_EQ(again.query("t", WallTime{}, WallTime::max(), 100'000, after(49h))->rows.size(),
                  all);
    }
    EXPECT_TRUE(is_refused);
}

TEST_F(DiskTest, nobody_is_told_to_hurry_while_nothing_can_be_written) {
    Recorder one = recorder();
    one.flush(after(0s));
    for (int number = 0; number < 20'000; ++number) say(one, 1s, "t", "1");
    EXPECT_TRUE(one.is_full());
    disk_.faults().add({.operation = DiskOperation::Write, .fail_count = 100});
    one.flush(after(1min));
    EXPECT_TRUE(one.is_held_up());
    EXPECT_FALSE(one.is_full());
    disk_.faults().clear();
    one.flush(after(2min));
    EXPECT_FALSE(one.is_held_up());
    for (int number = 0; number < 20'000; ++number) say(one, 3min, "t", "1");
    Now boot = after(3min);
    boot.wall_is_trusted = false;
    one.flush(boot);
    EXPECT_TRUE(one.is_held_up()) << "the clock is waited for";
    EXPECT_FALSE(one.is_full());
}

TEST_F(DiskTest, what_was_in_doubt_and_found_survives_a_power_cut) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        sim::Random random{seed};
        disk_.plant(path_, {});
        disk_.plant(path_ + "-wal", {});
        {
            Recorder one = recorder();
            say(one, 1min, "t", "1");
            one.flush(after(1min));
            say(one, 2min, "t", "2");
            disk_.faults().add({.operation = DiskOperation::Sync});
            one.flush(after(2min));
            say(one, 3min, "t", "3");
            one.flush(after(3min));
            ASSERT_EQ(one.trouble(), std::nullopt);
            disk_.cut_power(random);
        }
        disk_.start();
        Recorder one = recorder();
        one.flush(after(4min));
        EXPECT_EQ(values(one), (std::vector<double>{1, 2, 3})) << seed;
        EXPECT_EQ(recorded(one), (std::vector<std::string>{"1", "2", "3"})) << seed;
    }
}

}  // namespace
}  // namespace kleber::recorder
