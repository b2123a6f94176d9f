#include "gateway/app/for_people.hpp"

#include <gtest/gtest.h>

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

TEST(ForPeople, times_have_two_units_at_most) {
    EXPECT_EQ(in_words(0s), "0 s");
    EXPECT_EQ(in_words(59s), "59 s");
    EXPECT_EQ(in_words(60s), "1 min");
    EXPECT_EQ(in_words(312s), "5 min 12 s");
    EXPECT_EQ(in_words(2h + 30s), "2 h");
    EXPECT_EQ(in_words(76h + 59min), "3 d 4 h");
}

TEST(ForPeople, large_numbers_are_grouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(counted(1, "client"), "1 client");
    EXPECT_EQ(counted(2000, "client"), "2,000 clients");
}

TEST(ForPeople, sizes_are_rounded) {
    EXPECT_EQ(rough_size(1), "1 byte");
    EXPECT_EQ(rough_size(1023), "1,023 bytes");
    EXPECT_EQ(rough_size(5734), "5.6 KiB");
    EXPECT_EQ(rough_size((1 << 20) - 1), "1.0 MiB");
    EXPECT_EQ(rough_size(3ULL << 40), "3072.0 GiB");
}

TEST(ForPeople, slow_rates_are_told_a_minute) {
    EXPECT_EQ(rough_rate(0), "0/min");
    EXPECT_EQ(rough_rate(0.04), "0/min");
    EXPECT_EQ(rough_rate(4), "4.0/min");
    EXPECT_EQ(rough_rate(738), "12.3/s");
}

}  // namespace
}  // namespace kleber::app
