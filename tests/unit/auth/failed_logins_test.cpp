#include "gateway/auth/failed_logins.hpp"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

namespace kleber::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Standing = FailedLogins::Standing;

constexpr SteadyTime kStart{std::chrono::hours{1}};

TEST(FailedLogins, are_answered_later_each_time) {
    FailedLogins logins;
    SteadyTime now = kStart;
    for (const int delay : {100, 200, 400, 800, 1600, 3000, 3000, 3000}) {
        EXPECT_EQ(logins.fail("a", now).delay, milliseconds{delay});
        EXPECT_EQ(logins.standing("b", now), Standing::Welcome);
        now += milliseconds{delay};
        EXPECT_EQ(logins.standing("a", now), Standing::Welcome);
    }
    EXPECT_EQ(logins.fail("b", now).delay, milliseconds{100});
}

TEST(FailedLogins, that_come_at_once_are_answered_one_after_the_other) {
    FailedLogins logins;
    for (const int delay : {100, 300, 700, 1500, 3000}) {
        EXPECT_EQ(logins.standing("a", kStart), Standing::Welcome);
        EXPECT_EQ(logins.fail("a", kStart).delay, milliseconds{delay});
    }
    // What is under way already is counted, and waits no longer than any other.
    EXPECT_EQ(logins.standing("a", kStart), Standing::Waiting);
    EXPECT_EQ(logins.standing("b", kStart), Standing::Welcome);
    EXPECT_EQ(logins.fail("a", kStart).delay, seconds{3});
    EXPECT_EQ(logins.standing("a", kStart + seconds{3}), Standing::Waiting);
    EXPECT_EQ(logins.standing("a", kStart + seconds{4}), Standing::Welcome);
}

TEST(FailedLogins, that_are_too_many_ban_for_a_while) {
    FailedLogins logins;
    logins.set_limits({.count_max = 3, .within = minutes{10}, .ban = minutes{5}});
    EXPECT_FALSE(logins.fail("a", kStart).is_ban());
    EXPECT_FALSE(logins.fail("a", kStart + minutes{1}).is_ban());
    EXPECT_FALSE(logins.has_bans(kStart + minutes{2}));
    EXPECT_TRUE(logins.fail("a", kStart + minutes{2}).is_ban());
    EXPECT_TRUE(logins.has_bans(kStart + minutes{2}));
    EXPECT_EQ(logins.standing("a", kStart + minutes{2}), Standing::Banned);
    EXPECT_EQ(logins.standing("b", kStart + minutes{2}), Standing::Welcome);
    // One that was under way is no reason to ban it anew, nor for longer.
    EXPECT_FALSE(logins.fail("a", kStart + minutes{3}).is_ban());
    EXPECT_EQ(logins.totals(kStart + minutes{3}).failed, 4U);
    EXPECT_EQ(logins.totals(kStart + minutes{3}).banned, 1U);
    EXPECT_EQ(logins.standing("a", kStart + minutes{7} - milliseconds{1}), Standing::Banned);
    EXPECT_EQ(logins.standing("a", kStart + minutes{7}), Standing::Welcome);
    EXPECT_FALSE(logins.has_bans(kStart + minutes{7}));
    EXPECT_EQ(logins.totals(kStart + minutes{7}).banned, 0U);
    // And all begins anew, also within the time of the first.
    EXPECT_EQ(logins.fail("a", kStart + minutes{8}).delay, milliseconds{100});
    EXPECT_FALSE(logins.fail("a", kStart + minutes{8} + seconds{1}).is_ban());
    EXPECT_TRUE(logins.fail("a", kStart + minutes{8} + seconds{2}).is_ban());
}

TEST(FailedLogins, count_together_within_their_time_only) {
    FailedLogins logins;
    logins.set_limits({.count_max = 2, .within = minutes{10}});
    EXPECT_FALSE(logins.fail("a", kStart).is_ban());
    EXPECT_FALSE(logins.fail("a", kStart + minutes{10}).is_ban());
    EXPECT_TRUE(logins.fail("a", kStart + minutes{19}).is_ban());
}

TEST(FailedLogins, from_this_machine_have_no_consequence) {
    FailedLogins logins;
    for (int failure = 0; failure < 100; ++failure) {
        EXPECT_EQ(logins.fail("", kStart).delay, Duration::zero());
    }
    EXPECT_EQ(logins.standing("", kStart), Standing::Welcome);
    EXPECT_EQ(logins.totals(kStart).failed, 100U);
}

TEST(FailedLogins, ban_nobody_and_delay_nothing_if_so_told) {
    FailedLogins logins;
    logins.set_limits({.count_max = 0, .delay_max = Duration::zero()});
    for (int failure = 0; failure < 1000; ++failure) {
        const FailedLogins::Consequence consequence = logins.fail("a", kStart);
        EXPECT_EQ(consequence.delay, Duration::zero());
        EXPECT_FALSE(consequence.is_ban());
    }
    EXPECT_EQ(logins.standing("a", kStart), Standing::Welcome);
    EXPECT_FALSE(logins.has_bans(kStart));
}

TEST(FailedLogins, are_forgotten_with_new_limits) {
    FailedLogins logins;
    logins.set_limits({.count_max = 1});
    EXPECT_TRUE(logins.fail("a", kStart).is_ban());
    logins.set_limits({.count_max = 1});
    EXPECT_FALSE(logins.has_bans(kStart));
    EXPECT_EQ(logins.standing("a", kStart), Standing::Welcome);
    EXPECT_EQ(logins.totals(kStart).failed, 1U);
}

TEST(FailedLogins, keep_to_their_room_and_forget_the_oldest_that_is_not_banned) {
    FailedLogins logins;
    logins.set_limits({.count_max = 2});
    logins.fail("banned", kStart);
    logins.fail("banned", kStart);
    const auto place = [](std::size_t number) { return std::to_string(number); };
    const auto at = [](std::size_t number) { return kStart + milliseconds{number}; };
    for (std::size_t number = 0; number < FailedLogins::kPlacesMax; ++number) {
        logins.fail(place(number), at(number));
    }
    const SteadyTime now = at(FailedLogins::kPlacesMax);
    EXPECT_EQ(logins.standing("banned", now), Standing::Banned);
    // The first was forgotten, the second was not: one more is one too many.
    EXPECT_TRUE(logins.fail(place(1), now).is_ban());
    EXPECT_FALSE(logins.fail(place(0), now).is_ban());
    // Where all are banned, the first to be goes.
    logins.set_limits({.count_max = 1, .ban = minutes{20}});
    for (std::size_t number = 0; number <= FailedLogins::kPlacesMax; ++number) {
        EXPECT_TRUE(logins.fail(place(number), at(number)).is_ban());
    }
    EXPECT_EQ(logins.totals(now).banned, FailedLogins::kPlacesMax);
    EXPECT_EQ(logins.standing(place(0), now), Standing::Welcome);
    EXPECT_EQ(logins.standing(place(1), now), Standing::Banned);
}

TEST(FailedLogins, come_from_many_threads) {
    FailedLogins logins;
    std::vector<std::thread> threads;
    for (int number = 0; number < 3; ++number) {
        threads.emplace_back([&] {
            for (int round = 0; round < 1000; ++round) {
                logins.fail(std::to_string(round % 50), kStart + seconds{round});
                static_cast<void>(logins.standing("7", kStart + seconds{round}));
                static_cast<void>(logins.totals(kStart + seconds{round}));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(logins.totals(kStart).failed, 3000U);
}

}  // namespace
}  // namespace kleber::auth
