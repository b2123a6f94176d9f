// A disk that fails, and one that loses its power.

#include <gmock/gmock.h>

#include "tests/support/crash_disk.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

using support::DiskFailure;
using support::DiskFault;
using support::DiskOperation;

class DiskTest : public RecorderFixture {
  protected:
    // The file is there as the recorder looks at it, what SQLite does with it is on the disk.
    DiskTest() { disk_.plant(path_, {}); }

    Recorder recorder() { return {path_, wanted({"#"}, {"#"}), {}, {}, vfs_.name()}; }
    static std::vector<std::string> recorded(Recorder& recorder) {
        std::vector<std::string> payloads;
        for (std::optional<std::int64_t> at = 0; at;) {
            auto page = recorder.read_recording(WallTime{}, WallTime::max(), *at);
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
