#include "gateway/coming_over/mosca_glob.hpp"

#include <gmock/gmock.h>

namespace kleber::coming_over {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> publish(std::string_view glob) {
    const GlobFilters found = filters_of_glob(glob, Right::Publish);
    EXPECT_THAT(found.refused, IsEmpty()) << glob;
    return found.filters;
}

std::vector<std::string> subscribe(std::string_view glob) {
    const GlobFilters found = filters_of_glob(glob, Right::Subscribe);
    EXPECT_THAT(found.refused, IsEmpty()) << glob;
    return found.filters;
}

std::string why_not(std::string_view glob, Right right) {
    const GlobFilters found = filters_of_glob(glob, right);
    EXPECT_THAT(found.filters, IsEmpty()) << glob;
    EXPECT_EQ(found.refused.size(), 1U) << glob;
    return found.refused.empty() ? std::string{} : found.refused.front().why;
}

TEST(MoscaGlob, becomes_filters) {
    EXPECT_THAT(publish("home/lamp"), ElementsAre("home/lamp"));
    EXPECT_THAT(publish("  home/lamp\n"), ElementsAre("home/lamp"));
    EXPECT_THAT(publish("**"), ElementsAre("#"));
    EXPECT_THAT(publish("*"), ElementsAre("+"));
    EXPECT_THAT(publish("home/*/set"), ElementsAre("home/+/set"));
    EXPECT_THAT(publish("{home,yard/*}/{lamp,door}"),
                ElementsAre("home/lamp", "home/door", "yard/+/lamp", "yard/+/door"));
    EXPECT_THAT(publish("{a,b,a}"), ElementsAre("a", "b"));
    EXPECT_THAT(publish("/a/"), ElementsAre("/a/"));
    EXPECT_THAT(publish("a!b/c(d)|e@f/.g"), ElementsAre("a!b/c(d)|e@f/.g"));
    EXPECT_THAT(subscribe("$SYS/**"), ElementsAre("$SYS/#"));
}

// `a/**` does not match `a`, but the subscription to `a/#`, which brings `a`.
TEST(MoscaGlob, of_what_is_below_a_level_does_not_publish_to_it) {
    EXPECT_THAT(publish("a/**"), ElementsAre("a/+/#"));
    EXPECT_THAT(publish("a/*/**"), ElementsAre("a/+/+/#"));
    EXPECT_THAT(publish("/**"), ElementsAre("/+/#"));
    EXPECT_THAT(subscribe("a/**"), ElementsAre("a/#"));
    EXPECT_THAT(subscribe("a/*/**"), ElementsAre("a/+/#"));
}

// Mosca matches it with the filter's text.
TEST(MoscaGlob, that_is_a_filter_lets_subscribe_to_it_alone) {
    EXPECT_THAT(subscribe("a/#"), ElementsAre("a/#"));
    EXPECT_THAT(subscribe("a/+/b"), ElementsAre("a/+/b"));
    EXPECT_THAT(why_not("a/#", Right::Publish), HasSubstr("no topic has"));
    EXPECT_THAT(why_not("a/+", Right::Publish), HasSubstr("no topic has"));
    EXPECT_THAT(why_not("#", Right::Publish), HasSubstr("comment"));
    EXPECT_THAT(why_not("#", Right::Subscribe), HasSubstr("comment"));
    EXPECT_THAT(why_not("a/#/b", Right::Subscribe), HasSubstr("no topic filter"));
    EXPECT_THAT(why_not("$share/g/a", Right::Subscribe), HasSubstr("shared"));
}

TEST(MoscaGlob, that_no_filter_says_is_refused_with_the_reason) {
    for (const Right right : {Right::Publish, Right::Subscribe}) {
        EXPECT_THAT(why_not("home/sensor*", right), HasSubstr("part of a level"));
        EXPECT_THAT(why_not("home/***", right), HasSubstr("part of a level"));
        EXPECT_THAT(why_not("home/a**", right), HasSubstr("part of a level"));
        EXPECT_THAT(why_not("home/lam?", right), HasSubstr("one character"));
        EXPECT_THAT(why_not("home/[ab]", right), HasSubstr("class of characters"));
        EXPECT_THAT(why_not("home/@(a|b)", right), HasSubstr("parentheses"));
        EXPECT_THAT(why_not("home/+(a)", right), HasSubstr("parentheses"));
        EXPECT_THAT(why_not("home/*(a)", right), HasSubstr("parentheses"));
        EXPECT_THAT(why_not("**/lamp", right), HasSubstr("before other levels"));
        EXPECT_THAT(why_not("**/**", right), HasSubstr("before other levels"));
        EXPECT_THAT(why_not("!home/**", right), HasSubstr("in front"));
        EXPECT_THAT(why_not("home\\/a", right), HasSubstr("backslash"));
        EXPECT_THAT(why_not("home//a", right), HasSubstr("//"));
        EXPECT_THAT(why_not("lamp{1..3}", right), HasSubstr("comma"));
        EXPECT_THAT(why_not(" ", right), HasSubstr("no topic"));
        EXPECT_THAT(why_not(std::string(65'536, 'a'), right), HasSubstr("too long"));
        EXPECT_THAT(why_not("a\x01", right), HasSubstr("control characters"));
        EXPECT_THAT(why_not("a\xFF", right), HasSubstr("no topic filter"));
    }
    EXPECT_THAT(why_not("$SYS/**", Right::Publish), HasSubstr("begin with $"));
}

TEST(MoscaGlob, loses_only_the_entries_that_are_refused) {
    const GlobFilters found = filters_of_glob("home/{lamp,s*,door}", Right::Publish);
    EXPECT_THAT(found.filters, ElementsAre("home/lamp", "home/door"));
    ASSERT_EQ(found.refused.size(), 1U);
    EXPECT_EQ(found.refused.front().entry, "home/s*");
}

TEST(MoscaGlob, says_what_its_wildcards_are) {
    const GlobFilters plain = filters_of_glob("home/lamp", Right::Publish);
    EXPECT_FALSE(plain.has_wildcard || plain.begins_with_wildcard || plain.names_hidden_level);
    const GlobFilters all = filters_of_glob("**", Right::Publish);
    EXPECT_TRUE(all.has_wildcard && all.begins_with_wildcard);
    EXPECT_FALSE(all.has_one_level_wildcard);
    const GlobFilters one = filters_of_glob("home/*/set", Right::Publish);
    EXPECT_TRUE(one.has_wildcard && one.has_one_level_wildcard);
    EXPECT_FALSE(one.begins_with_wildcard);
    EXPECT_TRUE(filters_of_glob("home/.secret/**", Right::Publish).names_hidden_level);
}

}  // namespace
}  // namespace kleber::coming_over
