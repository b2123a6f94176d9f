#include "gateway/web/byte_range.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace kleber::web {
namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

struct Row {
    const char* value;
    std::uint64_t file_bytes;
    RangeOutcome outcome;
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
};

TEST(ByteRange, is_one_part_or_all) {
    using enum RangeOutcome;
    const Row rows[] = {
        {"bytes=0-0", 10, Part, 0, 1},
        {"bytes=0-9", 10, Part, 0, 10},
        {"bytes=2-5", 10, Part, 2, 4},
        {"bytes=9-9", 10, Part, 9, 1},
        {"bytes=2-", 10, Part, 2, 8},
        {"bytes=2-99", 10, Part, 2, 8},
        {"bytes=-3", 10, Part, 7, 3},
        {"bytes=-10", 10, Part, 0, 10},
        {"bytes=-99", 10, Part, 0, 10},
        {"Bytes=1-1", 10, Part, 1, 1},
        {"bytes=007-008", 10, Part, 7, 2},
        {"bytes=5-99999999999999999999999999", 10, Part, 5, 5},
        {"bytes=-99999999999999999999999999", 10, Part, 0, 10},
        {"bytes=0-18446744073709551615", kLargest, Part, 0, kLargest},
        {"bytes=18446744073709551614-", kLargest, Part, kLargest - 1, 1},

        {"bytes=10-", 10, Unsatisfiable},
        {"bytes=10-20", 10, Unsatisfiable},
        {"bytes=99999999999999999999999999-", 10, Unsatisfiable},
        {"bytes=99999999999999999999999999-", kLargest, Unsatisfiable},
        {"bytes=-0", 10, Unsatisfiable},
        {"bytes=0-", 0, Unsatisfiable},
        {"bytes=0-0", 0, Unsatisfiable},
        {"bytes=-0", 0, Unsatisfiable},
        {"bytes=-1", 0, Whole},

        {"", 10, Whole},
        {"bytes", 10, Whole},
        {"bytes=", 10, Whole},
        {"bytes=-", 10, Whole},
        {"bytes=5", 10, Whole},
        {"bytes=5-2", 10, Whole},
        {"bytes=0-1,3-4", 10, Whole},
        {"bytes=0-1,", 10, Whole},
        {"bytes=,0-1", 10, Whole},
        {"bytes=-1-2", 10, Whole},
        {"bytes=--2", 10, Whole},
        {"bytes=0--2", 10, Whole},
        {"bytes= 0-1", 10, Whole},
        {"bytes=0 -1", 10, Whole},
        {"bytes=+1-2", 10, Whole},
        {"bytes=0x1-2", 10, Whole},
        {"bytes=a-b", 10, Whole},
        {"bytes:0-1", 10, Whole},
        {"lines=0-1", 10, Whole},
        {"0-1", 10, Whole},
    };
    for (const Row& row : rows) {
        const ByteRange range = byte_range_from(row.value, row.file_bytes);
        EXPECT_EQ(range.outcome, row.outcome) << row.value << " of " << row.file_bytes;
        EXPECT_EQ(range.offset, row.offset) << row.value;
        EXPECT_EQ(range.size_bytes, row.size_bytes) << row.value;
    }
}

}  // namespace
}  // namespace kleber::web
