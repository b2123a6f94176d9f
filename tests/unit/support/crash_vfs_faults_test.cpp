#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/support/crash_vfs.hpp"
#include "tests/unit/support/bank.hpp"

namespace kleber::support {
namespace {

constexpr const char* kPragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 30;";
constexpr const char* kFile = "data/bank.db";

class CrashVfsFaults : public testing::Test {
  protected:
    CrashVfsFaults() {
        EXPECT_TRUE(bank_.open());
        commit(5);
    }

    void commit(int count) {
        for (int i = 0; i < count; ++i) ASSERT_TRUE(bank_.commit()) << bank_.last_error();
    }
    void expect_failures(int code) {
        for (int i = 0; i < 3; ++i) {
            EXPECT_FALSE(bank_.commit());
            EXPECT_EQ(bank_.last_error(), code);
        }
    }
    // The power is cut; what was promised is there.
    void expect_nothing_lost() {
        sim::Random random{3};
        disk_.cut_power(random);
        const std::uint64_t promised = bank_.committed();
        bank_.close();
        disk_.start();
        ASSERT_TRUE(bank_.open());
        EXPECT_GE(bank_.check(), promised);
    }

    CrashDisk disk_{1};
    CrashVfs vfs_{disk_, "crash", 1};
    Bank bank_{vfs_, kPragmas};
};

TEST_F(CrashVfsFaults, AFullDiskRefusesUntilThereIsRoom) {
    disk_.set_capacity_bytes(disk_.used_bytes());
    expect_failures(SQLITE_FULL);
    disk_.set_capacity_bytes(std::nullopt);
    commit(100);
    expect_nothing_lost();
}

TEST_F(CrashVfsFaults, AWriteThatFails) {
    disk_.faults().add({.operation = DiskOperation::Write, .fail_count = DiskFault::kForever});
    expect_failures(SQLITE_IOERR_WRITE);
    disk_.faults().clear();
    commit(100);
    expect_nothing_lost();
}

TEST_F(CrashVfsFaults, ASyncThatFails) {
    disk_.faults().add({.operation = DiskOperation::Sync, .fail_count = DiskFault::kForever});
    expect_failures(SQLITE_IOERR_FSYNC);
    disk_.faults().clear();
    commit(100);
    expect_nothing_lost();
}

TEST_F(CrashVfsFaults, ADiskThatCannotBeReadOrOpened) {
    disk_.faults().add({.operation = DiskOperation::Open, .fail_count = DiskFault::kForever});
    bank_.close();
    EXPECT_FALSE(bank_.open());
    EXPECT_EQ(bank_.last_error() & 0xFF, SQLITE_CANTOPEN);
    bank_.close();
    disk_.faults().clear();
    disk_.faults().add({.operation = DiskOperation::Read, .fail_count = DiskFault::kForever});
    EXPECT_FALSE(bank_.open());
    EXPECT_EQ(bank_.last_error() & 0xFF, SQLITE_IOERR);
    disk_.faults().clear();
    bank_.close();
    EXPECT_TRUE(bank_.open());
}

TEST_F(CrashVfsFaults, ACommitIsOneSync) {
    const auto before = disk_.counts("data/bank.db-wal");
    EXPECT_TRUE(bank_.run("PRAGMA wal_autocheckpoint = 0"));
    commit(10);
    const auto after = disk_.counts("data/bank.db-wal");
    EXPECT_EQ(after.syncs - before.syncs, 10U);
    EXPECT_GT(after.written_bytes - before.written_bytes, 10U * 4096);
}

TEST_F(CrashVfsFaults, TwoConnectionsSeeEachOther) {
    Bank other{vfs_, kPragmas};
    ASSERT_TRUE(other.open());
    EXPECT_EQ(other.check(), 5U);
    ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));
    EXPECT_FALSE(bank_.commit());
    EXPECT_EQ(bank_.last_error(), SQLITE_BUSY);
    ASSERT_TRUE(other.run("COMMIT"));
    commit(1);
    EXPECT_EQ(other.check(), 6U);
    bank_.close();
    EXPECT_EQ(other.check(), 6U);
}

TEST_F(CrashVfsFaults, ADatabaseInADamagedFileIsNotOne) {
    bank_.close();
    std::vector<std::uint8_t> zeros(disk_.contents(kFile).size());
    disk_.plant(kFile, zeros);
    EXPECT_FALSE(bank_.open());
    EXPECT_EQ(bank_.last_error(), SQLITE_NOTADB);
    bank_.close();
    disk_.plant(kFile,
                as_bytes("garbage, and more of it than a hundred bytes, so that it is read as "
                         "the header of a database, which it is not at all"));
    EXPECT_FALSE(bank_.open());
    EXPECT_EQ(bank_.last_error(), SQLITE_NOTADB);
}

}  // namespace
}  // namespace kleber::support
