#include "gateway/text/units.hpp"

#include <gtest/gtest.h>

namespace kleber::text {
namespace {

TEST(Units, ReadsDurations) {
    const std::pair<std::string_view, std::int64_t> cases[] = {
        {"500ms", 500},
        {"10s", 10'000},
        {"5m", 300'000},
        {"1h", 3'600'000},
        {"30d", 2'592'000'000},
        {"2w", 1'209'600'000},
        {"1h30m", 5'400'000},
        {" 1h 30m ", 5'400'000},
        {"1.5s", 1500},
        {"0.001s", 1},
        {"10 s", 10'000},
        {"10S", 10'000},
        {"0", 0},
        {"0s", 0},
        {"9223372036854775807ms", 9'223'372'036'854'775'807},
    };
    for (const auto& [text, milliseconds] : cases) {
        const auto duration = parse_duration(text);
        ASSERT_TRUE(duration) << text << ": " << duration.error();
        EXPECT_EQ(duration->count(), milliseconds) << text;
    }
}

TEST(Units, SaysWhatIsWrongWithADuration) {
    EXPECT_EQ(parse_duration("10").error(),
              R"("10" has no unit: write "500ms", "10s", "5m", "1h" or "30d")");
    EXPECT_EQ(parse_duration("10 parsecs").error(),
              "unknown unit parsecs; there are ms, s, m, h, d, w");
    EXPECT_EQ(parse_duration("soon").error(),
              R"("soon" is not a duration such as "500ms", "10s", "5m", "1h" or "30d")");
    EXPECT_EQ(parse_duration("0.0005s").error(),
              "\"0.0005s\" is finer than it is counted: no fraction of ms");
    for (const std::string_view text :
         {"", " ", "-5s", "+5s", "s", "1.s", ".5s", "1,5s", "5s;", "1s-", "1.0000000000s", "5"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(Units, ReadsSizes) {
    const std::pair<std::string_view, std::uint64_t> cases[] = {
        {"64 MiB", 64 << 20},
        {"8MiB", 8 << 20},
        {"1 kB", 1000},
        {"1 KB", 1000},
        {"1kib", 1024},
        {"1 GB", 1'000'000'000},
        {"1.5 KiB", 1536},
        {"4096", 4096},
        {"4096 B", 4096},
        {"0", 0},
        {"8589934591 GiB", 9'223'372'035'781'033'984},
    };
    for (const auto& [text, bytes] : cases) {
        const auto size = parse_size(text);
        ASSERT_TRUE(size) << text << ": " << size.error();
        EXPECT_EQ(*size, bytes) << text;
    }
}

TEST(Units, SaysWhatIsWrongWithASize) {
    EXPECT_EQ(parse_size("1 kX").error(),
              "unknown unit kX; there are B, kB, KiB, MB, MiB, GB, GiB");
    EXPECT_EQ(parse_size("big").error(),
              R"("big" is not a size such as "64 KiB", "8 MiB" or "1 GB")");
    for (const std::string_view text : {"", "-1", "1 MiB 2", "1 MiB 2 kB", "1.5", "0.1 B", "MiB"}) {
        EXPECT_FALSE(parse_size(text)) << text;
    }
}

TEST(Units, NeverOverflow) {
    for (const std::string_view text :
         {"9223372036854775808ms", "18446744073709551616s", "99999999999999999999999999d",
          "106751991168d", "9223372036854775807ms 1ms", "292471209y"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
    EXPECT_EQ(parse_size("8589934592 GiB").error(), "\"8589934592 GiB\" is too large");
    EXPECT_EQ(parse_size("99999999999999999999").error(), "\"99999999999999999999\" is too large");
    EXPECT_FALSE(parse_duration(std::string(1 << 20, '9')));
    EXPECT_FALSE(parse_duration("1." + std::string(1 << 20, '9') + "s"));
}

TEST(Units, WritesTheLargestExactUnit) {
    EXPECT_EQ(format_duration(Duration{0}), "0s");
    EXPECT_EQ(format_duration(Duration{2'592'000'000}), "30d");
    EXPECT_EQ(format_duration(Duration{5'400'000}), "90m");
    EXPECT_EQ(format_duration(Duration{1001}), "1001ms");
    EXPECT_EQ(format_size(0), "0 B");
    EXPECT_EQ(format_size(8 << 20), "8 MiB");
    EXPECT_EQ(format_size(1000), "1 kB");
    EXPECT_EQ(format_size(1025), "1025 B");
}

}  // namespace
}  // namespace kleber::text
