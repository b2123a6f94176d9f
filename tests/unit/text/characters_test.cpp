#include "gateway/text/characters.hpp"

#include <gtest/gtest.h>

namespace kleber::text {
namespace {

TEST(Characters, KnowsWellFormedUtf8) {
    struct Case {
        std::string_view text;
        std::size_t size;
    };
    const Case cases[] = {
        {"", 0},
        {"a", 1},
        {std::string_view{"\0", 1}, 1},
        {"\xC3\xBC", 2},
        {"\xE2\x82\xAC", 3},
        {"\xF0\x9F\x98\x80", 4},
        {"\xF4\x8F\xBF\xBF", 4},  // U+10FFFF
        {"\x80", 0},              // begins in the middle
        {"\xC3", 0},              // cut
        {"\xC3z", 0},
        {"\xC0\x80", 0},          // NUL in two bytes
        {"\xE0\x9F\xBF", 0},      // overlong
        {"\xF0\x8F\xBF\xBF", 0},  // overlong
        {"\xED\xA0\x80", 0},      // a surrogate
        {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
    };
    for (const Case& c : cases) EXPECT_EQ(character_size(c.text), c.size) << c.text;
}

TEST(Characters, PrintableKeepsOneCharacterForOne) {
    const std::string_view text = "a\tb\x1B[0m\xFF\xC2\x85\xC3\xBC\x7F";
    EXPECT_EQ(printable(text), "a b\xEF\xBF\xBD[0m\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xBC\xEF\xBF\xBD");
    EXPECT_EQ(character_count(printable(text)), character_count(text));
}

TEST(Characters, ExcerptIsCutAfterSixtyCharacters) {
    EXPECT_EQ(excerpt(std::string(60, 'x')), std::string(60, 'x'));
    EXPECT_EQ(excerpt(std::string(61, 'x')), std::string(60, 'x') + "...");
    EXPECT_EQ(excerpt("a\nb"), "a b");
}

}  // namespace
}  // namespace kleber::text
