#include "gateway/store/instants.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "gateway/port/message.hpp"
#include "gateway/port/request.hpp"
#include "tests/unit/store/sample.hpp"

namespace kleber::store {
namespace {

using namespace std::chrono_literals;

SteadyTime kept(SteadyTime instant, const Now& then, const Now& now) {
    ByteBuffer bytes;
    put_instant(bytes, instant, then);
    ByteReader in{bytes.bytes()};
    const SteadyTime taken = take_instant(in, now);
    EXPECT_TRUE(in.finished());
    return taken;
}

constexpr std::int64_t kNoon = 1'790'000'000;

TEST(Instants, a_trusted_clock_counts_the_time_in_between) {
    // A minute was left; 20 s of it passed while the machine was off.
    EXPECT_EQ(kept(steady(160'000), at(100'000, kNoon, true), at(500, kNoon + 20, true)),
              steady(40'500));
    EXPECT_EQ(kept(steady(160'000), at(100'000, kNoon, true), at(500, kNoon + 90, true)),
              steady(500));
}

TEST(Instants, without_trust_at_both_ends_what_was_left_is_left) {
    for (const auto& [then, now] : {std::pair{true, false}, {false, true}, {false, false}}) {
        EXPECT_EQ(kept(steady(160'000), at(100'000, kNoon, then), at(500, kNoon + 90, now)),
                  steady(60'500));
    }
}

TEST(Instants, a_clock_set_back_prolongs_nothing_and_ends_nothing) {
    EXPECT_EQ(kept(steady(160'000), at(100'000, kNoon, true), at(500, kNoon - 86'400, true)),
              steady(60'500));
}

TEST(Instants, never_and_long_ago_keep_their_meaning) {
    const Now then = at(100'000, kNoon, true);
    const Now now = at(500, kNoon + 20, true);
    EXPECT_EQ(kept(port::kNever, then, now), port::kNever);
    EXPECT_EQ(kept(steady(1), then, now), now.steady);
    EXPECT_GT(kept(port::kNever - 1ms, then, now), steady(1'000'000'000'000));
    EXPECT_GT(kept(port::kNever - 1ms, at(-5'000, kNoon, true), now), steady(1'000'000'000'000));
}

TEST(Instants, durations_come_back) {
    for (const Duration duration : {Duration{0}, Duration{1}, Duration{4'294'967'295'000},
                                    port::kForever - 1ms, port::kForever}) {
        ByteBuffer bytes;
        put_duration(bytes, duration);
        ByteReader in{bytes.bytes()};
        EXPECT_EQ(take_duration(in), duration);
        EXPECT_TRUE(in.finished());
    }
}

}  // namespace
}  // namespace kleber::store
