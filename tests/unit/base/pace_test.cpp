#include "gateway/base/pace.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kleber {
namespace {

constexpr SteadyTime kStart{std::chrono::hours{1}};
constexpr Duration kSecond{1000};

TEST(Pace, without_one_there_is_nothing_to_wait_for) {
    Pace pace;
    for (int count = 0; count < 1000; ++count) {
        EXPECT_EQ(pace.spend(1ULL << 32, kStart), Duration::zero());
    }
}

TEST(Pace, a_seconds_worth_is_free_and_all_beyond_it_waits) {
    Pace pace{10};
    for (int count = 0; count < 10; ++count) EXPECT_EQ(pace.spend(1, kStart), Duration::zero());
    EXPECT_EQ(pace.spend(1, kStart), Duration{100});
    EXPECT_EQ(pace.spend(2, kStart), Duration{300});
    // Whoever waits as told goes on at the pace.
    EXPECT_EQ(pace.spend(1, kStart + Duration{300}), Duration{100});
    EXPECT_EQ(pace.spend(1, kStart + Duration{400}), Duration{100});
}

TEST(Pace, a_rest_earns_a_seconds_worth_and_no_more) {
    Pace pace{10};
    pace.spend(1, kStart);
    const SteadyTime later = kStart + std::chrono::hours{1};
    EXPECT_EQ(pace.spend(10, later), Duration::zero());
    EXPECT_EQ(pace.spend(1, later), Duration{100});
}

TEST(Pace, waits_are_rounded_up) {
    Pace pace{3000};
    EXPECT_EQ(pace.spend(3001, kStart), Duration{1});
}

TEST(Pace, extremes_neither_wrap_nor_divide_by_nothing) {
    Pace slowest{1};
    EXPECT_EQ(slowest.spend(1ULL << 32, kStart), ((1LL << 32) - 1) * kSecond);
    Pace fastest{1ULL << 30};
    EXPECT_EQ(fastest.spend(1ULL << 30, kStart), Duration::zero());
    EXPECT_EQ(fastest.spend(1ULL << 30, kStart), kSecond);
}

TEST(Pace, another_one_holds_at_once) {
    Pace pace{1};
    EXPECT_EQ(pace.spend(3, kStart), 2 * kSecond);
    pace.set(0);
    EXPECT_EQ(pace.spend(100, kStart), Duration::zero());
    pace.set(100);
    EXPECT_EQ(pace.spend(100, kStart + 3 * kSecond), Duration::zero());
}

TEST(Pace, what_is_refused_costs_nothing) {
    Pace pace{2};
    EXPECT_TRUE(pace.is_rested(kStart));
    EXPECT_TRUE(pace.take(2, kStart));
    EXPECT_FALSE(pace.is_rested(kStart));
    for (int count = 0; count < 1000; ++count) EXPECT_FALSE(pace.take(1, kStart));
    EXPECT_FALSE(pace.take(1, kStart + Duration{499}));
    EXPECT_TRUE(pace.take(1, kStart + Duration{500}));
    EXPECT_FALSE(pace.is_rested(kStart + Duration{1499}));
    EXPECT_TRUE(pace.is_rested(kStart + Duration{1500}));
}

TEST(Pace, threads_share_it) {
    constexpr int kThreads = 4;
    constexpr int kEach = 10'000;
    Pace pace{1000};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&] {
            for (int count = 0; count < kEach; ++count) pace.spend(1, kStart);
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(pace.spend(1, kStart), Duration{kThreads * kEach + 1 - 1000});
}

}  // namespace
}  // namespace kleber
