#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/store/store.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

using support::DiskFailure;
using support::DiskOperation;
using testing::ElementsAre;
using testing::HasSubstr;

// A store on a disk that forgets what was not synced.
class DurabilityTest : public testing::Test {
  protected:
    std::unique_ptr<Store> open(Durability durability) {
        auto opened =
            Store::open("kleber.db", {.durability = durability, .vfs = vfs_.name()}, at(0));
        EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().reason);
        return opened ? std::move(*opened) : nullptr;
    }
    std::uint64_t syncs() { return disk_.total_counts().syncs; }
    void cut_power(std::unique_ptr<Store>& store) {
        disk_.cut_power(random_);
        store.reset();
        disk_.start();
    }
    void fail_next(DiskOperation operation, DiskFailure failure, const std::string& name_end,
                   std::uint64_t count = 1) {
        disk_.faults().add({.operation = operation,
                            .failure = failure,
                            .fail_count = count,
                            .name_end = name_end});
    }

    sim::Random random_{7};
    support::CrashDisk disk_{7};
    support::CrashVfs vfs_{disk_, "store_test_disk", 7};
};

port::ChangeBatch update(int index) {
    const std::string topic = "home/" + std::to_string(index);
    return batch(at(index * 100), retained_put({.topic = topic}));
}

std::string updated(int index) {
    return describe(update(index).changes[0]);
}

TEST_F(DurabilityTest, power_syncs_each_commit_once) {
    auto store = open(Durability::Power);
    must(store->commit(update(0)));
    for (int index = 1; index < 20; ++index) {
        const std::uint64_t before = syncs();
        must(store->commit(update(index)));
        EXPECT_EQ(syncs(), before + 1);
    }
    cut_power(store);
    store = open(Durability::Power);
    EXPECT_EQ(loaded(*store).size(), 20U);
}

TEST_F(DurabilityTest, process_syncs_once_a_second_while_something_comes) {
    auto store = open(Durability::Process);
    must(store->commit(update(0)));
    const std::uint64_t before = syncs();
    for (int index = 1; index <= 100; ++index) must(store->commit(update(index)));  // for 10 s
    EXPECT_GE(syncs(), before + 10);
    EXPECT_LE(syncs(), before + 11);
    disk_.kill();
    store.reset();
    disk_.start();
    store = open(Durability::Process);
    EXPECT_EQ(loaded(*store).size(), 101U);
}

TEST_F(DurabilityTest, process_syncs_the_last_commit_when_nothing_comes) {
    auto store = open(Durability::Process);
    must(store->commit(update(1)));
    EXPECT_EQ(store->tend_at(), steady(1000));
    must(store->tend(at(1000)));
    EXPECT_EQ(store->tend_at(), steady(30'100));
    cut_power(store);
    store = open(Durability::Process);
    EXPECT_THAT(loaded(*store), ElementsAre(updated(1)));
}

TEST_F(DurabilityTest, what_fails_for_want_of_room_is_not_kept_and_goes_well_later) {
    auto store = open(Durability::Power);
    must(store->commit(update(1)));
    disk_.set_capacity_bytes(disk_.used_bytes());
    const std::string payload(100'000, 'x');
    const auto large = batch(at(200), retained_put({.topic = "large", .payload = payload}));
    auto failed = store->commit(large);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().reason, "cannot write to kleber.db: the disk is full");

    disk_.set_capacity_bytes(std::nullopt);
    must(store->commit(update(3)));
    cut_power(store);
    store = open(Durability::Power);
    EXPECT_THAT(loaded(*store), ElementsAre(updated(1), updated(3)));
}

TEST_F(DurabilityTest, no_failure_of_the_disk_outlives_it) {
    for (const DiskOperation operation :
         {DiskOperation::Write, DiskOperation::Sync, DiskOperation::Open}) {
        auto store = open(Durability::Power);
        must(store->commit(update(1)));
        if (operation == DiskOperation::Open) {
            fail_next(DiskOperation::Sync, DiskFailure::IoError, "-wal");
            EXPECT_FALSE(store->commit(update(2)).has_value());
        }
        fail_next(operation, DiskFailure::IoError, "", 5);
        int failures = 0;
        while (!store->commit(update(2)).has_value()) ASSERT_LT(++failures, 20);
        EXPECT_GT(failures, 0);
        disk_.faults().clear();
        cut_power(store);
        store = open(Durability::Power);
        EXPECT_THAT(loaded(*store), ElementsAre(updated(1), updated(2)));
    }
}

// The trap: after a failed sync the next one succeeds without what the first one left out.
TEST_F(DurabilityTest, after_a_failed_sync_all_is_written_anew) {
    for (const Durability durability : {Durability::Power, Durability::Process}) {
        for (int seed = 0; seed < 30; ++seed) {
            sim::Random random{static_cast<std::uint64_t>(seed)};
            auto store = open(durability);
            must(store->commit(update(0)));
            ASSERT_TRUE(store->info());  // slices that nobody synced
            for (int index = 1; index < 9; ++index) must(store->commit(update(index)));
            fail_next(DiskOperation::Sync, DiskFailure::IoError, "-wal");
            auto failed = store->commit(update(2000));  // long after: synced in both
            ASSERT_FALSE(failed);
            EXPECT_THAT(failed.error().reason, HasSubstr("syncing failed"));
            must(store->commit(update(2000)));
            cut_power(store);
            store = open(durability);
            EXPECT_EQ(loaded(*store).size(), 10U) << "seed " << seed;
            EXPECT_TRUE(store->check()->problems.empty());
        }
    }
}

TEST_F(DurabilityTest, a_checkpoint_whose_sync_failed_is_done_again) {
    auto store = open(Durability::Power);
    const std::string payload(3 << 20, 'x');
    must(store->commit(batch(at(0), retained_put({.payload = payload}))));
    fail_next(DiskOperation::Sync, DiskFailure::IoError, ".db");
    EXPECT_FALSE(store->tend(at(0)).has_value());
    must(store->tend(at(1000)));
    for (int index = 0; index < 5; ++index) must(store->commit(update(index)));
    cut_power(store);
    store = open(Durability::Power);
    EXPECT_EQ(loaded(*store).size(), 6U);
    EXPECT_TRUE(store->check()->problems.empty());
}

// What the log holds counts for nothing before it is synced: closing must not move it over what
// does, or a power cut in the middle leaves neither.
TEST_F(DurabilityTest, an_opening_whose_sync_failed_moves_nothing_when_it_ends) {
    for (int seed = 0; seed < 200; ++seed) {
        support::CrashDisk disk{static_cast<std::uint64_t>(seed)};
        support::CrashVfs vfs{disk, "store_test_opening", seed};
        sim::Random random{static_cast<std::uint64_t>(seed)};
        const Options options{.durability = Durability::Process, .vfs = vfs.name()};
        auto store = Store::open("kleber.db", options, at(0));
        ASSERT_TRUE(store);
        for (int index = 0; index < 9; ++index) must((*store)->commit(update(index)));
        disk.kill();
        store->reset();
        disk.start();
        disk.faults().add({.operation = DiskOperation::Sync, .name_end = "-wal"});
        disk.faults().add({.failure = DiskFailure::Stop, .after_count = 1 + random.below(40)});
        store = Store::open("kleber.db", options, at(1000));
        EXPECT_FALSE(store.has_value());
        disk.cut_power(random);
        disk.faults().clear();
        disk.start();
        store = Store::open("kleber.db", options, at(2000));
        ASSERT_TRUE(store) << "seed " << seed << ": " << store.error().reason;
        EXPECT_TRUE((*store)->check()->problems.empty()) << "seed " << seed;
    }
}

// The commit that makes it a database with a log may fail after SQLite has said that it is one.
TEST_F(DurabilityTest, there_is_a_log_or_no_opening) {
    int failures = 0;
    for (std::uint64_t count = 0; count < 40; ++count) {
        support::CrashDisk disk{count};
        support::CrashVfs vfs{disk, "store_test_log", static_cast<int>(count)};
        disk.faults().add({.after_count = count});
        auto store = Store::open("kleber.db", {.vfs = vfs.name()}, at(0));
        if (!store) {
            ++failures;
            continue;
        }
        disk.faults().clear();
        must((*store)->commit(update(1)));
        EXPECT_TRUE(disk.exists("kleber.db-wal")) << "change " << count << " failed";
    }
    EXPECT_GT(failures, 5);
}

// To check folds the journal, and what that writes is in front of what is committed later.
TEST_F(DurabilityTest, a_sync_that_fails_during_a_check_is_not_forgotten) {
    const std::string payload(3 << 20, 'x');
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        support::CrashDisk disk{seed};
        support::CrashVfs vfs{disk, "store_test_check", static_cast<int>(seed)};
        sim::Random random{seed};
        const Options options{.vfs = vfs.name()};
        auto store = Store::open("kleber.db", options, at(0));
        ASSERT_TRUE(store);
        for (int index = 0; index < 6; ++index) {  // so much that folding needs checkpoints
            const std::string topic = "large/" + std::to_string(index);
            must((*store)->commit(
                batch(at(index), retained_put({.topic = topic, .payload = payload}))));
        }
        disk.faults().add({.operation = DiskOperation::Sync, .after_count = 2 + seed % 3});
        const auto report = (*store)->check();
        ASSERT_FALSE(report);
        EXPECT_THAT(report.error().reason, HasSubstr("syncing failed"));
        for (int index = 0; index < 5; ++index) must((*store)->commit(update(index)));
        disk.cut_power(random);
        store->reset();
        disk.start();
        store = Store::open("kleber.db", options, at(1000));
        ASSERT_TRUE(store) << "seed " << seed << ": " << store.error().reason;
        EXPECT_EQ(loaded(**store).size(), 11U) << "seed " << seed;
    }
}

TEST_F(DurabilityTest, a_full_disk_is_no_damage) {
    auto store = open(Durability::Power);
    for (int index = 0; index < 50; ++index) must(store->commit(update(index)));
    disk_.set_capacity_bytes(disk_.used_bytes());
    const auto report = store->check();
    ASSERT_FALSE(report) << "it had room to fold";
    EXPECT_EQ(report.error().reason, "cannot write to kleber.db: the disk is full");
    disk_.set_capacity_bytes(std::nullopt);
    EXPECT_TRUE(store->check()->problems.empty());
    EXPECT_EQ(store->info()->kept.retained, 50U);
}

TEST_F(DurabilityTest, a_damaged_file_in_a_vfs_of_its_own_is_said_and_left_alone) {
    const std::string garbage(8192, '?');
    disk_.plant("kleber.db", as_bytes(garbage));
    const auto opened = Store::open("kleber.db", {.vfs = vfs_.name()}, at(0));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, "cannot use kleber.db: it is not a database");
    EXPECT_EQ(as_text(disk_.contents("kleber.db")), garbage);
}

}  // namespace
}  // namespace kleber::store
