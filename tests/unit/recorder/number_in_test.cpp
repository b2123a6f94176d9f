#include "gateway/recorder/number_in.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace kleber::recorder {
namespace {

TEST(NumberIn, decimal_numbers_and_truth) {
    const std::pair<const char*, double> numbers[] = {
        {"21.5", 21.5}, {"-3", -3}, {"+4", 4},      {" 7\n", 7}, {".5", .5},
        {"5.", 5},      {"0", 0},   {"1e3", 1000},  {"true", 1}, {"false", 0},
        {"1E-3", .001}, {"-0", 0},  {"1e+2", 100.}, {"007", 7},
    };
    for (const auto& [text, value] : numbers) {
        EXPECT_EQ(number_in(as_bytes(text)), value) << text;
    }
}

TEST(NumberIn, minus_zero_is_zero) {
    EXPECT_FALSE(std::signbit(*number_in(as_bytes("-0.0"))));
    EXPECT_FALSE(std::signbit(*number_in(as_bytes("-0"))));
}

TEST(NumberIn, everything_else_is_none) {
    for (const char* text : {"", " ", "on", "21,5", "21.5 C", "0x10", "inf", "-inf", "nan", "1e999",
                             "++1", "+-1", "--1", "1 2", "[1]", "{\"t\":1}", "True", "e5", "."}) {
        EXPECT_EQ(number_in(as_bytes(text)), std::nullopt) << text;
    }
    EXPECT_TRUE(number_in(as_bytes(std::string(kNumberBytesMax, '1'))));
    EXPECT_FALSE(number_in(as_bytes(std::string(kNumberBytesMax + 1, '1'))));
    EXPECT_FALSE(number_in(as_bytes(std::string_view{"1\0", 2})));
}

}  // namespace
}  // namespace kleber::recorder
