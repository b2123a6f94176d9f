#include "gateway/net/connect_rates.hpp"

#include <gtest/gtest.h>

namespace kleber::net {
namespace {

constexpr SteadyTime kStart{std::chrono::hours{1}};

TEST(ConnectRates, each_origin_has_its_own) {
    ConnectRates rates;
    rates.set(3);
    for (const char* origin : {"192.0.2.1", "2001:db8:7::/64"}) {
        for (int count = 0; count < 3; ++count) EXPECT_TRUE(rates.admit(origin, kStart));
        EXPECT_FALSE(rates.admit(origin, kStart));
    }
    EXPECT_TRUE(rates.admit("192.0.2.1", kStart + Duration{334}));
    EXPECT_FALSE(rates.admit("192.0.2.1", kStart + Duration{334}));
}

TEST(ConnectRates, this_machine_has_none) {
    ConnectRates rates;
    rates.set(1);
    for (int count = 0; count < 100; ++count) EXPECT_TRUE(rates.admit("", kStart));
    EXPECT_EQ(rates.origin_count(), 0U);
}

TEST(ConnectRates, another_one_holds_at_once) {
    ConnectRates rates;
    for (int count = 0; count < 100; ++count) EXPECT_TRUE(rates.admit("a", kStart));
    rates.set(1);
    EXPECT_TRUE(rates.admit("a", kStart));
    EXPECT_FALSE(rates.admit("a", kStart));
    rates.set(0);
    EXPECT_TRUE(rates.admit("a", kStart));
}

TEST(ConnectRates, who_has_not_come_for_a_while_is_forgotten) {
    ConnectRates rates;
    rates.set(1);
    for (int count = 0; count < 100'000; ++count) {
        EXPECT_TRUE(rates.admit(std::to_string(count), kStart + Duration{count}));
    }
    EXPECT_LE(rates.origin_count(), 2001U) << "a second's, and as many again";
}

}  // namespace
}  // namespace kleber::net
