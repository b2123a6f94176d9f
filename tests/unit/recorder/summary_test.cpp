#include "gateway/recorder/summary.hpp"

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

TEST(Summary, a_step_begins_at_its_multiple) {
    EXPECT_EQ(begin_of(kMidnight + 61s, 1min), kMidnight + 1min);
    EXPECT_EQ(begin_of(kMidnight, 15min), kMidnight);
    EXPECT_EQ(begin_of(WallTime{Duration{-1}}, 1min), WallTime{-1min});
}

TEST(Summary, means_are_weighed_by_their_counts) {
    const auto sums = summed_up({{kMidnight + 1min, 1min, 10, 9, 11, 3},
                                 summary_of({kMidnight + 2s, 2}),
                                 {kMidnight, 1min, 4, 0, 5, 1},
                                 summary_of({kMidnight + 15min, 7})},
                                15min);
    ASSERT_EQ(sums.size(), 2U);
    EXPECT_EQ(sums[0].time, kMidnight);
    EXPECT_EQ(sums[0].span, 15min);
    EXPECT_DOUBLE_EQ(sums[0].mean, 36.0 / 5);
    EXPECT_EQ(sums[0].min, 0);
    EXPECT_EQ(sums[0].max, 11);
    EXPECT_EQ(sums[0].count, 5U);
    EXPECT_EQ(sums[1], (Summary{kMidnight + 15min, 15min, 7, 7, 7, 1}));
}

}  // namespace
}  // namespace kleber::recorder
