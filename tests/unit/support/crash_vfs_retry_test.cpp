#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/crash_vfs.hpp"
#include "tests/unit/support/bank.hpp"

// What becomes of promises after a sync that failed: Linux forgets that the pages still have to be
// written, but goes on reading them (see CrashFile::fail_sync).
namespace kleber::support {
namespace {

constexpr const char* kPragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 30;";
constexpr const char* kWal = "data/bank.db-wal";

struct Retries {
    std::uint64_t failures = 0;
    std::uint64_t lost = 0;
    std::uint64_t damaged = 0;
};

enum class AfterFailure { TryAgain, OpenAgain, RewriteWalAndOpenAgain };

void open_again(CrashDisk& disk, Bank& bank, AfterFailure after) {
    // It fails until the connection is closed, which would otherwise bring all into the database.
    disk.faults().add({.fail_count = DiskFault::kForever});
    bank.close();
    disk.faults().clear();
    if (after == AfterFailure::RewriteWalAndOpenAgain) disk.plant(kWal, disk.contents(kWal));
    ASSERT_TRUE(bank.open());
    bank.resume_from(bank.check());
}

// The disk fails now and then; in the end the power is cut.
void fail_now_and_then(std::uint64_t seed, AfterFailure after, Retries& retries) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::Random random{seed};
    CrashDisk disk{seed};
    CrashVfs vfs{disk, "crash", static_cast<int>(seed)};
    Bank bank{vfs, kPragmas};
    ASSERT_TRUE(bank.open());
    std::uint64_t promised = 0;
    for (int i = 0; i < 60; ++i) {
        if (random.chance(20)) {
            disk.faults().add(
                {.operation = random.chance(50) ? DiskOperation::Sync : DiskOperation::Change,
                 .after_count = random.below(8)});
        }
        if (bank.commit()) {
            promised = bank.committed();
            continue;
        }
        ++retries.failures;
        if (after != AfterFailure::TryAgain) open_again(disk, bank, after);
        disk.faults().clear();
    }
    disk.cut_power(random);
    bank.close();
    disk.faults().clear();
    disk.start();
    ASSERT_TRUE(bank.open());
    const Bank::Findings findings = bank.inspect();
    if (!findings.trouble.empty()) {
        ++retries.damaged;
    } else if (findings.number < promised) {
        retries.lost += promised - findings.number;
    }
}

Retries fail_in_many_seeds(AfterFailure after) {
    Retries all;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) fail_now_and_then(seed, after, all);
    EXPECT_GT(all.failures, 500U);
    testing::Test::RecordProperty("failures", std::to_string(all.failures));
    testing::Test::RecordProperty("lost", std::to_string(all.lost));
    testing::Test::RecordProperty("damaged", std::to_string(all.damaged));
    return all;
}

TEST(CrashVfsRetry, WhoTriesAgainOnTheSameConnectionLosesNothing) {
    const Retries all = fail_in_many_seeds(AfterFailure::TryAgain);
    EXPECT_EQ(all.lost, 0U);
    EXPECT_EQ(all.damaged, 0U);
}

// A new connection takes for committed what is in memory alone, and writes behind it.
TEST(CrashVfsRetry, WhoOpensAgainLosesWhatWasPromisedAfterAFailedSync) {
    EXPECT_GT(fail_in_many_seeds(AfterFailure::OpenAgain).lost, 0U);
}

TEST(CrashVfsRetry, WhoRewritesTheWalBeforeOpeningAgainLosesNothing) {
    const Retries all = fail_in_many_seeds(AfterFailure::RewriteWalAndOpenAgain);
    EXPECT_EQ(all.lost, 0U);
    EXPECT_EQ(all.damaged, 0U);
}

}  // namespace
}  // namespace kleber::support
