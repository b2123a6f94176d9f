#include "tests/support/crash_vfs.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/unit/support/bank.hpp"

namespace kleber::support {
namespace {

constexpr const char* kFull =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 30;";
constexpr const char* kNormal =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 30;";
constexpr std::uint32_t kChangesMax = 300;
constexpr int kTransactionsMax = 200;

struct Tally {
    std::uint64_t crashes = 0;
    std::uint64_t promised = 0;
    std::uint64_t lost = 0;
    std::uint64_t crashes_with_loss = 0;
    std::uint64_t kept_unpromised = 0;  // the one under way was there
    std::uint64_t last_contents = 0;
};

enum class End { PowerCut, Kill };

void end_process(CrashDisk& disk, Bank& bank, End end, sim::Random& random) {
    if (end == End::PowerCut) {
        disk.cut_power(random);
    } else {
        disk.kill();
    }
    disk.faults().clear();
    bank.close();
    disk.start();
}

void stop_at_a_change(CrashDisk& disk, std::uint64_t after_count) {
    disk.faults().add({.failure = DiskFailure::Stop, .after_count = after_count});
}

// One disk, on which three processes die at a random change of the disk, some of them while they
// open the database; a fourth one looks.
void live_and_die(std::uint64_t seed, const char* pragmas, End end, Tally& tally) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::Random random{seed};
    CrashDisk disk{seed};
    CrashVfs vfs{disk, "crash", static_cast<int>(seed)};
    std::uint64_t promised = 0;
    for (int life = 0; life < 4; ++life) {
        Bank early{vfs, pragmas};
        stop_at_a_change(disk, random.below(30));
        if (random.chance(50)) early.open();
        end_process(disk, early, end, random);

        Bank bank{vfs, pragmas};
        ASSERT_TRUE(bank.open()) << bank.last_error();
        const std::uint64_t found = bank.check();
        if (life > 0) {
            ++tally.crashes;
            if (found < promised) {
                ++tally.crashes_with_loss;
                tally.lost += promised - found;
            }
            if (found > promised) ++tally.kept_unpromised;
            EXPECT_LE(found, promised + 1);
        }
        bank.resume_from(found);
        stop_at_a_change(disk, random.below(kChangesMax));
        for (int i = 0; i < kTransactionsMax && bank.commit(); ++i) continue;
        tally.promised += bank.committed() - found;
        promised = bank.committed();
        end_process(disk, bank, end, random);
    }
    for (const std::string& name : disk.names()) {
        for (const std::uint8_t byte : disk.contents(name)) {
            tally.last_contents = tally.last_contents * 31 + byte;
        }
    }
}

TEST(CrashVfs, FullSynchronousLosesNothingInAThousandPowerCuts) {
    Tally tally;
    for (std::uint64_t seed = 1; tally.crashes < 1000; ++seed) {
        live_and_die(seed, kFull, End::PowerCut, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(tally.lost, 0U);
    EXPECT_GT(tally.kept_unpromised, 0U);
    EXPECT_GT(tally.promised, 10'000U);
    RecordProperty("promised", std::to_string(tally.promised));
    RecordProperty("kept_unpromised", std::to_string(tally.kept_unpromised));
}

TEST(CrashVfs, NormalSynchronousLosesWhatItPromised) {
    Tally tally;
    for (std::uint64_t seed = 1; tally.crashes < 150; ++seed) {
        live_and_die(seed, kNormal, End::PowerCut, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.crashes_with_loss, 30U);
    RecordProperty("crashes_with_loss", std::to_string(tally.crashes_with_loss));
    RecordProperty("lost", std::to_string(tally.lost));
}

TEST(CrashVfs, NothingIsLostByAKill) {
    Tally tally;
    for (std::uint64_t seed = 1; tally.crashes < 150; ++seed) {
        live_and_die(seed, kNormal, End::Kill, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(tally.lost, 0U);
}

TEST(CrashVfs, AWalOfOneConnectionNeedsNoSharedMemory) {
    Tally tally;
    const std::string pragmas = std::string{"PRAGMA locking_mode = EXCLUSIVE;"} + kFull;
    for (std::uint64_t seed = 1; tally.crashes < 90; ++seed) {
        live_and_die(seed, pragmas.c_str(), End::PowerCut, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(tally.lost, 0U);
}

TEST(CrashVfs, ARollbackJournalLosesNothing) {
    for (const char* mode : {"DELETE", "TRUNCATE", "PERSIST"}) {
        SCOPED_TRACE(mode);
        Tally tally;
        const std::string pragmas =
            std::string{"PRAGMA journal_mode = "} + mode + "; PRAGMA synchronous = EXTRA;";
        for (std::uint64_t seed = 1; tally.crashes < 90; ++seed) {
            live_and_die(seed, pragmas.c_str(), End::PowerCut, tally);
            if (HasFatalFailure()) return;
        }
        EXPECT_EQ(tally.lost, 0U);
    }
}

TEST(CrashVfs, TheSameSeedLeavesTheSameBytes) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Tally first;
        Tally second;
        live_and_die(seed, kFull, End::PowerCut, first);
        live_and_die(seed, kFull, End::PowerCut, second);
        EXPECT_NE(first.last_contents, 0U);
        EXPECT_EQ(first.last_contents, second.last_contents);
    }
}

}  // namespace
}  // namespace kleber::support
