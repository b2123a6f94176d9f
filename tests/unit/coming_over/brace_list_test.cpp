#include "gateway/coming_over/brace_list.hpp"

#include <gmock/gmock.h>

namespace kleber::coming_over {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> entries(std::string_view text) {
    const auto expanded = expand_braces(text);
    EXPECT_TRUE(expanded) << text << ": " << (expanded ? "" : expanded.error());
    return expanded ? *expanded : std::vector<std::string>{};
}

// What npm's brace-expansion makes of them.
TEST(BraceList, stands_for_its_entries) {
    EXPECT_THAT(entries("a/b"), ElementsAre("a/b"));
    EXPECT_THAT(entries("{a,b}"), ElementsAre("a", "b"));
    EXPECT_THAT(entries("x/{a,b}/{c,d}/y"),
                ElementsAre("x/a/c/y", "x/a/d/y", "x/b/c/y", "x/b/d/y"));
    EXPECT_THAT(entries("a/{b,c/{d,e}}"), ElementsAre("a/b", "a/c/d", "a/c/e"));
    EXPECT_THAT(entries("a{,/b}"), ElementsAre("a", "a/b"));
    EXPECT_THAT(entries("{1..3,5}"), ElementsAre("1..3", "5"));
    EXPECT_THAT(entries("{,}"), IsEmpty());
    EXPECT_THAT(entries(""), IsEmpty());
}

TEST(BraceList, refuses_what_means_something_else) {
    for (const char* text : {"{1..3}", "{a}", "a/{}", "{{a,b}}", "{a,{b}}"}) {
        const auto expanded = expand_braces(text);
        ASSERT_FALSE(expanded) << text;
        EXPECT_THAT(expanded.error(), HasSubstr("without a comma")) << text;
    }
    for (const char* text : {"{a", "a}", "{a,{b,c}", "}{"}) {
        const auto expanded = expand_braces(text);
        ASSERT_FALSE(expanded) << text;
        EXPECT_THAT(expanded.error(), HasSubstr("other half")) << text;
    }
    EXPECT_FALSE(expand_braces("${a,b}"));
}

TEST(BraceList, has_an_end) {
    EXPECT_EQ(entries("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}").size(), 64U);
    EXPECT_FALSE(expand_braces("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"));
    std::string nested;
    for (int depth = 0; depth < 10'000; ++depth) nested += "{a,";
    EXPECT_FALSE(expand_braces(nested + std::string(10'000, '}')));
    std::string many;
    for (int count = 0; count < 10'000; ++count) many += "{,}";
    EXPECT_FALSE(expand_braces(many));
}

}  // namespace
}  // namespace kleber::coming_over
