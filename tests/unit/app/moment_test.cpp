#include "gateway/app/moment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kMidnight{std::chrono::hours{24} * 20'777};  // 2026-11-20

TEST(Moment, so_long_ago) {
    EXPECT_EQ(*moment_of("24h", kMidnight), kMidnight - 24h);
    EXPECT_EQ(*moment_of("1h 30m", kMidnight), kMidnight - 90min);
    EXPECT_EQ(*moment_of("0", kMidnight), kMidnight);
}

TEST(Moment, dates_in_utc) {
    EXPECT_EQ(*moment_of("2026-11-20Z", {}), kMidnight);
    EXPECT_EQ(*moment_of("2026-11-20 14:30Z", {}), kMidnight + 14h + 30min);
    EXPECT_EQ(*moment_of("2026-11-20T14:30:15Z", {}), kMidnight + 14h + 30min + 15s);
}

TEST(Moment, a_local_time_is_what_is_shown_as_local_time) {
    const auto moment = moment_of("2026-07-01 14:30:15", {});
    ASSERT_TRUE(moment);
    EXPECT_EQ(local_time(*moment).substr(0, 20), "2026-07-01 14:30:15 ");
    EXPECT_EQ(local_time(*moment_of("2026-01-02", {})).substr(0, 20), "2026-01-02 00:00:00 ");
}

TEST(Moment, an_hour_that_comes_twice_can_be_told_apart) {
    const char* zone = std::getenv("TZ");
    const std::optional<std::string> before =
        zone ? std::optional<std::string>{zone} : std::nullopt;
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
    const WallTime first = *moment_of("2026-10-25T00:30Z", {});
    EXPECT_EQ(local_time(first), "2026-10-25 02:30:00 +0200");
    EXPECT_EQ(local_time(first + 1h), "2026-10-25 02:30:00 +0100");
    before ? ::setenv("TZ", before->c_str(), 1) : ::unsetenv("TZ");
    ::tzset();
}

TEST(Moment, everything_else_is_explained) {
    for (const char* text :
         {"", "yesterday", "2026-13-01", "2026-11-20x", "2026-11-20T", "14:30", "2026-11-20T25:00",
          "2026-02-30", "2026-02-29Z", "2026-04-31T10:00", "2026-11-20T14:30:", "Z", "10"}) {
        const auto moment = moment_of(text, kMidnight);
        ASSERT_FALSE(moment) << text;
        EXPECT_NE(moment.error().find("is no time; write how long ago"), std::string::npos);
    }
}

TEST(Moment, programs_get_milliseconds) {
    EXPECT_EQ(exact_iso_time(kMidnight + 1s + 5ms), "2026-11-20T00:00:01.005Z");
}

}  // namespace
}  // namespace kleber::app
