#include "gateway/app/line_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace kleber::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> lines_of(LineReader& reader) {
    std::vector<std::string> lines;
    while (const auto line = reader.line()) {
        lines.emplace_back(*line);
        reader.drop_line();
    }
    return lines;
}

TEST(LineReader, gives_whole_lines) {
    LineReader reader{100};
    reader.append("one\ntwo\nthr");
    EXPECT_THAT(lines_of(reader), ElementsAre("one", "two"));
    reader.append("ee");
    EXPECT_THAT(lines_of(reader), IsEmpty());
    reader.append("\n");
    EXPECT_THAT(lines_of(reader), ElementsAre("three"));
    EXPECT_FALSE(reader.is_done());
    reader.finish();
    EXPECT_TRUE(reader.is_done());
}

TEST(LineReader, a_line_stays_until_it_is_dropped) {
    LineReader reader{100};
    reader.append("one\ntwo\n");
    EXPECT_EQ(reader.line(), "one");
    EXPECT_EQ(reader.line(), "one");
    reader.append("three\n");
    EXPECT_EQ(reader.line(), "one");
    reader.drop_line();
    EXPECT_THAT(lines_of(reader), ElementsAre("two", "three"));
}

TEST(LineReader, the_last_line_needs_no_end) {
    LineReader reader{100};
    reader.append("one\ntwo");
    EXPECT_THAT(lines_of(reader), ElementsAre("one"));
    reader.finish();
    EXPECT_FALSE(reader.is_done());
    EXPECT_THAT(lines_of(reader), ElementsAre("two"));
    EXPECT_TRUE(reader.is_done());
}

TEST(LineReader, empty_lines_are_left_out) {
    LineReader reader{100};
    reader.append("\n\none\n\n");
    EXPECT_THAT(lines_of(reader), ElementsAre("one"));
    reader.append("\n");
    EXPECT_THAT(lines_of(reader), IsEmpty());
    reader.finish();
    EXPECT_THAT(lines_of(reader), IsEmpty());
    EXPECT_TRUE(reader.is_done());
}

TEST(LineReader, any_byte_but_the_line_end_belongs_to_the_line) {
    LineReader reader{100};
    reader.append(std::string_view{"a\0b\r\n", 5});
    EXPECT_THAT(lines_of(reader), ElementsAre(std::string("a\0b\r", 4)));
}

TEST(LineReader, a_line_over_the_limit_is_told_before_its_end_has_come) {
    LineReader reader{5};
    reader.append("12345\n");
    EXPECT_THAT(lines_of(reader), ElementsAre("12345"));
    EXPECT_FALSE(reader.is_too_long());
    reader.append("123456");
    EXPECT_THAT(lines_of(reader), IsEmpty());
    EXPECT_TRUE(reader.is_too_long());
}

}  // namespace
}  // namespace kleber::app
