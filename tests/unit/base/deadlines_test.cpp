#include "gateway/base/deadlines.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace kleber {
namespace {

SteadyTime at(int milliseconds) {
    return SteadyTime{Duration{milliseconds}};
}

TEST(Deadlines, has_none_at_first) {
    Deadlines deadlines;
    EXPECT_EQ(deadlines.next(), std::nullopt);
    EXPECT_EQ(deadlines.pop_due(at(1000)), std::nullopt);
    EXPECT_FALSE(deadlines.has(7));
    deadlines.cancel(7);
    EXPECT_EQ(deadlines.size(), 0U);
}

TEST(Deadlines, come_in_order_and_not_before_their_time) {
    Deadlines deadlines;
    deadlines.set(1, at(30));
    deadlines.set(2, at(10));
    deadlines.set(3, at(20));
    EXPECT_EQ(deadlines.next(), at(10));
    EXPECT_EQ(deadlines.pop_due(at(9)), std::nullopt);
    EXPECT_EQ(deadlines.pop_due(at(20)), 2U);
    EXPECT_EQ(deadlines.pop_due(at(20)), 3U);
    EXPECT_EQ(deadlines.pop_due(at(20)), std::nullopt);
    EXPECT_TRUE(deadlines.has(1));
    EXPECT_FALSE(deadlines.has(2));
    EXPECT_EQ(deadlines.next(), at(30));
}

TEST(Deadlines, are_moved_both_ways) {
    Deadlines deadlines;
    deadlines.set(1, at(10));
    deadlines.set(2, at(20));
    deadlines.set(1, at(30));
    EXPECT_EQ(deadlines.next(), at(20));
    deadlines.set(1, at(5));
    EXPECT_EQ(deadlines.next(), at(5));
    EXPECT_EQ(deadlines.size(), 2U);
}

TEST(Deadlines, leave_nothing_behind_when_cancelled) {
    Deadlines deadlines;
    deadlines.set(1, at(10));
    deadlines.set(2, at(20));
    deadlines.cancel(1);
    deadlines.cancel(1);
    EXPECT_FALSE(deadlines.has(1));
    EXPECT_EQ(deadlines.next(), at(20));
    EXPECT_EQ(deadlines.size(), 1U);
}

// Against a map that is searched, under a fixed seed.
TEST(Deadlines, behave_as_a_naive_model) {
    std::mt19937 random{42};
    const auto below = [&](unsigned limit) { return static_cast<std::uint32_t>(random() % limit); };
    Deadlines deadlines;
    std::map<std::uint32_t, SteadyTime> model;
    for (int step = 0; step < 20'000; ++step) {
        const std::uint32_t id = below(50);
        const SteadyTime time = at(static_cast<int>(below(1000)));
        switch (below(4)) {
            case 0:
            case 1:
                deadlines.set(id, time);
                model[id] = time;
                break;
            case 2:
                deadlines.cancel(id);
                model.erase(id);
                break;
            default: {
                const auto due = deadlines.pop_due(time);
                for (const auto& [other, when] : model) {
                    if (due) {
                        ASSERT_LE(model.at(*due), when);
                    } else {
                        ASSERT_GT(when, time);
                    }
                }
                if (due) {
                    ASSERT_LE(model.at(*due), time);
                    model.erase(*due);
                }
                break;
            }
        }
        ASSERT_EQ(deadlines.size(), model.size());
        ASSERT_EQ(deadlines.has(id), model.contains(id));
    }
}

}  // namespace
}  // namespace kleber
