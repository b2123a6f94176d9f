#include "gateway/base/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace kleber {
namespace {

// The bytes of a code point, right or wrong, in the given number of bytes.
std::string encoded(std::uint32_t code_point, int size) {
    if (size == 1) return std::string(1, static_cast<char>(code_point));
    static constexpr std::uint32_t kMarks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    std::string text;
    for (int left = size - 1; left >= 0; --left) {
        const std::uint32_t bits = code_point >> (6 * left);
        text += static_cast<char>(left == size - 1 ? kMarks[size] | bits : 0x80 | (bits & 0x3F));
    }
    return text;
}

int fewest_bytes(std::uint32_t code_point) {
    return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

TEST(Utf8, mqtt_1_5_3_1_mqtt5_1_5_4_1_every_code_point_but_surrogates_is_text) {
    for (std::uint32_t code_point = 1; code_point <= 0x10FFFF; ++code_point) {
        const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        const std::string text = encoded(code_point, fewest_bytes(code_point));
        ASSERT_EQ(is_mqtt_utf8(text), !is_surrogate) << std::hex << code_point;
    }
}

TEST(Utf8, mqtt_1_5_3_2_mqtt5_1_5_4_2_nul_is_not_text) {
    EXPECT_FALSE(is_mqtt_utf8(std::string(1, '\0')));
    for (std::size_t at = 0; at < 20; ++at) {
        std::string text(20, 'x');
        text[at] = '\0';
        EXPECT_FALSE(is_mqtt_utf8(text)) << at;
    }
}

TEST(Utf8, mqtt_1_5_3_3_mqtt5_1_5_4_3_feff_is_a_character) {
    EXPECT_TRUE(is_mqtt_utf8("\xEF\xBB\xBF"));
    EXPECT_TRUE(
        is_mqtt_utf8("a\xEF\xBB\xBF"
                     "b"));
}

TEST(Utf8, longer_forms_than_needed_are_not_text) {
    for (const std::uint32_t code_point : {0x00U, 0x2FU, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFFU}) {
        for (int size = fewest_bytes(code_point) + 1; size <= 4; ++size) {
            EXPECT_FALSE(is_mqtt_utf8(encoded(code_point, size))) << code_point << " in " << size;
        }
    }
}

TEST(Utf8, beyond_unicode_is_not_text) {
    EXPECT_FALSE(is_mqtt_utf8(encoded(0x110000, 4)));
    EXPECT_FALSE(is_mqtt_utf8(encoded(0x1FFFFF, 4)));
    EXPECT_FALSE(is_mqtt_utf8("\xF8\x88\x80\x80\x80"));
    EXPECT_FALSE(is_mqtt_utf8("\xFE"));
    EXPECT_FALSE(is_mqtt_utf8("\xFF"));
}

TEST(Utf8, cut_sequences_are_not_text) {
    for (const std::string whole : {"\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
        ASSERT_TRUE(is_mqtt_utf8(whole));
        for (std::size_t size = 1; size < whole.size(); ++size) {
            EXPECT_FALSE(is_mqtt_utf8(whole.substr(0, size)));
            EXPECT_FALSE(is_mqtt_utf8(whole.substr(0, size) + "x"));
            EXPECT_FALSE(is_mqtt_utf8("12345678" + whole.substr(0, size)));
        }
        EXPECT_FALSE(is_mqtt_utf8(whole.substr(1)));
    }
}

TEST(Utf8, is_found_wrong_wherever_it_stands) {
    for (std::size_t size = 1; size < 40; ++size) {
        EXPECT_TRUE(is_mqtt_utf8(std::string(size, 'x')));
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'x');
            text[at] = '\x80';
            EXPECT_FALSE(is_mqtt_utf8(text)) << size << " " << at;
            text[at] = '\x01';
            EXPECT_TRUE(is_mqtt_utf8(text));
        }
    }
    EXPECT_TRUE(is_mqtt_utf8(""));
}

}  // namespace
}  // namespace kleber
