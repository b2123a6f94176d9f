#include "tests/support/crash_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace kleber::support {
namespace {

constexpr std::size_t kSector = CrashFile::kSectorBytes;

std::string filled(char letter, std::size_t bytes) {
    return std::string(bytes, letter);
}

// What a power cut leaves of a file made so, for many seeds.
template <typename Make>
std::set<std::string> left_by_power_cuts(Make make) {
    std::set<std::string> left;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        CrashFile file;
        make(file);
        sim::Random random{seed};
        file.cut_power(random);
        left.emplace(as_text(file.bytes()));
    }
    return left;
}

TEST(CrashFile, WhatWasSyncedIsAllThatIsLeft) {
    const auto left = left_by_power_cuts([](CrashFile& file) {
        file.write(0, as_bytes("abc"));
        file.write(1, as_bytes("x"));
        file.sync();
    });
    EXPECT_EQ(left, std::set<std::string>{"axc"});
}

TEST(CrashFile, WhatWasNotSyncedIsThereOrNotOrTornAtAnyByte) {
    const auto left = left_by_power_cuts([](CrashFile& file) {
        file.write(0, as_bytes("12"));
        file.sync();
        file.write(0, as_bytes("ab"));
    });
    EXPECT_EQ(left, (std::set<std::string>{"12", "a2", "ab"}));
}

TEST(CrashFile, SectorsAreLostOneByOne) {
    const auto left = left_by_power_cuts([](CrashFile& file) {
        file.write(0, as_bytes(filled('o', 3 * kSector)));
        file.sync();
        // Not at the beginning of a sector: four of them are touched.
        file.write(100, as_bytes(filled('n', 3 * kSector)));
    });
    const std::string all = filled('o', 100) + filled('n', 3 * kSector);
    EXPECT_TRUE(left.contains(all));
    EXPECT_TRUE(left.contains(all.substr(0, 3 * kSector)));
    EXPECT_TRUE(left.contains(filled('o', kSector) + all.substr(kSector)));
}

TEST(CrashFile, ALaterWriteMayBeThereWithoutAnEarlierOne) {
    const auto left = left_by_power_cuts([](CrashFile& file) {
        file.write(0, as_bytes(filled('a', kSector)));
        file.write(kSector, as_bytes(filled('b', kSector)));
    });
    EXPECT_TRUE(left.contains(std::string(kSector, '\0') + filled('b', kSector)));
    EXPECT_TRUE(left.contains(filled('a', kSector)));
    // The size alone got there.
    EXPECT_TRUE(left.contains(std::string(2 * kSector, '\0')));
}

TEST(CrashFile, ATruncationIsThereOrNot) {
    const auto left = left_by_power_cuts([](CrashFile& file) {
        file.write(0, as_bytes("abc"));
        file.sync();
        file.truncate(1);
    });
    EXPECT_EQ(left, (std::set<std::string>{"a", "abc"}));
}

TEST(CrashFile, AFailedSyncIsNotMadeGoodByTheNextOne) {
    const auto make = [](std::uint64_t seed) {
        CrashFile file;
        file.write(0, as_bytes("old"));
        file.sync();
        file.write(0, as_bytes("new"));
        sim::Random random{seed};
        file.fail_sync(random);
        EXPECT_EQ(as_text(file.bytes()), "new");
        file.sync();
        EXPECT_EQ(as_text(file.bytes()), "new");
        return file;
    };
    std::set<std::string> left;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CrashFile file = make(seed);
        sim::Random random{seed};
        file.cut_power(random);
        left.emplace(as_text(file.bytes()));

        CrashFile again = make(seed);
        again.write(0, as_bytes("new"));
        again.sync();
        again.cut_power(random);
        EXPECT_EQ(as_text(again.bytes()), "new");
    }
    EXPECT_TRUE(left.contains("old"));
    EXPECT_TRUE(left.contains("new"));
}

}  // namespace
}  // namespace kleber::support
