#include "tests/support/crash_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace kleber::support {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

CrashDisk::Open opened(CrashDisk& disk, const std::string& name) {
    return disk.open(name, true).value();
}

void write_synced(CrashDisk& disk, const std::string& name, std::string_view text) {
    const auto open = opened(disk, name);
    EXPECT_TRUE(disk.write(open, 0, as_bytes(text)));
    EXPECT_TRUE(disk.sync(open));
}

// The names that a power cut leaves after this, for many seeds.
template <typename Do>
std::set<Names> names_left(Do act) {
    std::set<Names> left;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CrashDisk disk{seed};
        write_synced(disk, "f/a", "A");
        EXPECT_TRUE(disk.sync_folder("f/a"));
        act(disk);
        sim::Random random{seed};
        disk.cut_power(random);
        left.insert(disk.names());
    }
    return left;
}

TEST(CrashDisk, ANewFileIsThereForCertainOnceItsFolderIsSynced) {
    EXPECT_EQ(names_left([](CrashDisk& disk) { write_synced(disk, "f/b", "B"); }),
              (std::set<Names>{{"f/a"}, {"f/a", "f/b"}}));
    EXPECT_EQ(names_left([](CrashDisk& disk) {
                  write_synced(disk, "f/b", "B");
                  EXPECT_TRUE(disk.sync_folder("f/b"));
              }),
              (std::set<Names>{{"f/a", "f/b"}}));
    // Another folder.
    EXPECT_EQ(names_left([](CrashDisk& disk) {
                  write_synced(disk, "f/b", "B");
                  EXPECT_TRUE(disk.sync_folder("g/b"));
              }).size(),
              2U);
}

TEST(CrashDisk, ARemovedFileMayComeBack) {
    EXPECT_EQ(names_left([](CrashDisk& disk) { EXPECT_TRUE(disk.remove("f/a")); }),
              (std::set<Names>{{}, {"f/a"}}));
}

TEST(CrashDisk, ARenamedFileHasOneNameAndWhatBuildsOnItWaits) {
    EXPECT_EQ(names_left([](CrashDisk& disk) {
                  EXPECT_TRUE(disk.rename("f/a", "f/b"));
                  EXPECT_TRUE(disk.rename("f/b", "f/c"));
              }),
              (std::set<Names>{{"f/a"}, {"f/b"}, {"f/c"}}));
}

TEST(CrashDisk, AKilledProcessLeavesWhatItWroteAndWritesNoMore) {
    CrashDisk disk{1};
    const auto open = opened(disk, "f/a");
    EXPECT_TRUE(disk.write(open, 0, as_bytes("whole")));
    disk.kill();
    EXPECT_FALSE(disk.is_running());
    EXPECT_FALSE(disk.open("f/a", true));
    disk.start();
    EXPECT_EQ(disk.write(open, 0, as_bytes("late")).error(), DiskFailure::Stop);
    EXPECT_FALSE(disk.read(open));
    EXPECT_FALSE(disk.sync(open));
    EXPECT_EQ(as_text(disk.contents("f/a")), "whole");
    EXPECT_TRUE(disk.write(opened(disk, "f/a"), 0, as_bytes("WHOLE")));
}

TEST(CrashDisk, AFaultComesWhenAndWhereAndAsOftenAsItIsMeant) {
    CrashDisk disk{1};
    const auto data = opened(disk, "data");
    const auto other = opened(disk, "other");
    disk.faults().add({.operation = DiskOperation::Write,
                       .failure = DiskFailure::IoError,
                       .after_count = 1,
                       .fail_count = 2,
                       .name_end = "ata"});
    EXPECT_TRUE(disk.write(other, 0, as_bytes("1")));
    EXPECT_TRUE(disk.write(data, 0, as_bytes("1")));
    EXPECT_EQ(disk.write(data, 0, as_bytes("2")).error(), DiskFailure::IoError);
    EXPECT_TRUE(disk.write(other, 0, as_bytes("2")));
    EXPECT_TRUE(disk.sync(data));
    EXPECT_FALSE(disk.write(data, 0, as_bytes("2")));
    EXPECT_TRUE(disk.write(data, 0, as_bytes("3")));

    disk.faults().add({.operation = DiskOperation::Sync, .fail_count = DiskFault::kForever});
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(disk.sync(data));
    disk.faults().clear();
    EXPECT_TRUE(disk.sync(data));
}

TEST(CrashDisk, AStopEndsTheProcessInTheMiddleOfAWrite) {
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CrashDisk disk{seed};
        const auto open = opened(disk, "a");
        disk.faults().add({.failure = DiskFailure::Stop});
        EXPECT_EQ(disk.write(open, 0, as_bytes("12")).error(), DiskFailure::Stop);
        EXPECT_FALSE(disk.is_running());
        EXPECT_FALSE(disk.sync(open));
        disk.kill();
        sizes.insert(disk.contents("a").size());
        disk.start();
        EXPECT_TRUE(disk.is_running());
    }
    EXPECT_THAT(sizes, ElementsAre(0, 1, 2));
}

TEST(CrashDisk, AFullDiskTakesWhatFitsAndWritesInPlace) {
    CrashDisk disk{1};
    const auto a = opened(disk, "a");
    const auto b = opened(disk, "b");
    EXPECT_TRUE(disk.write(a, 0, as_bytes("1234")));
    disk.set_capacity_bytes(6);
    EXPECT_EQ(disk.write(b, 0, as_bytes("abcd")).error(), DiskFailure::Full);
    EXPECT_EQ(as_text(disk.contents("b")), "ab");
    EXPECT_TRUE(disk.write(a, 1, as_bytes("xyz")));
    EXPECT_EQ(disk.used_bytes(), 6U);
    EXPECT_TRUE(disk.truncate(a, 1));
    EXPECT_TRUE(disk.write(b, 2, as_bytes("cd")));
    disk.set_capacity_bytes(std::nullopt);
    EXPECT_TRUE(disk.write(b, 4, as_bytes("efgh")));
}

TEST(CrashDisk, CountsWhatWasDoneAndHowLongItTook) {
    CrashDisk disk{1};
    const auto a = opened(disk, "a");
    EXPECT_TRUE(disk.write(a, 0, as_bytes("1234")));
    EXPECT_TRUE(disk.write(a, 0, as_bytes("12")));
    EXPECT_TRUE(disk.truncate(a, 1));
    disk.set_sync_time(30s);
    EXPECT_TRUE(disk.sync(a));
    EXPECT_TRUE(disk.sync(a));
    EXPECT_EQ(disk.take_elapsed(), 60s);
    EXPECT_EQ(disk.take_elapsed(), 0s);
    write_synced(disk, "b", "1");
    EXPECT_EQ(disk.counts("a"),
              (CrashDisk::Counts{.writes = 2, .written_bytes = 6, .truncations = 1, .syncs = 2}));
    EXPECT_EQ(disk.total_counts(),
              (CrashDisk::Counts{.writes = 3, .written_bytes = 7, .truncations = 1, .syncs = 3}));
}

TEST(CrashDisk, DamageDoneOnPurposeIsThereAtOnceAndStays) {
    CrashDisk disk{1};
    write_synced(disk, "a", "good");
    EXPECT_TRUE(disk.sync_folder("a"));
    disk.plant("a", as_bytes("bad"));
    disk.plant("new", as_bytes("n"));
    sim::Random random{1};
    disk.cut_power(random);
    EXPECT_EQ(as_text(disk.contents("a")), "bad");
    EXPECT_EQ(as_text(disk.contents("new")), "n");
}

}  // namespace
}  // namespace kleber::support
