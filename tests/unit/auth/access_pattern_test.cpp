#include "gateway/auth/access_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kleber::auth {
namespace {

constexpr port::Principal kAnna{.user = "anna", .client_id = "phone", .common_name = "Anna"};

TEST(AccessPattern, PutsNamesInPlaceOfWholeLevels) {
    EXPECT_EQ(AccessPattern{"home/%u/%c/+/#"}.filter_for(kAnna), "home/anna/phone/+/#");
    EXPECT_EQ(AccessPattern{"%n"}.filter_for(kAnna), "Anna");
    EXPECT_EQ(AccessPattern{"home/100%"}.filter_for(kAnna), "home/100%");
    EXPECT_TRUE(AccessPattern{"home/%u/+"}.matches(kAnna, "home/anna/x"));
    EXPECT_FALSE(AccessPattern{"home/%u/+"}.matches(kAnna, "home/ben/x"));
    EXPECT_FALSE(AccessPattern{"home/%u/+"}.matches(kAnna, "home/%u/x"));
}

// CVE-2017-7650, and what else a name could be.
TEST(AccessPattern, ANameNeverMakesItMatchMore) {
    for (const char* name : {"", "#", "+", "a/#", "a/b", "/", "a+", "#a", "+/+"}) {
        SCOPED_TRACE(name);
        const port::Principal stranger{.user = name, .client_id = name, .common_name = name};
        for (const char* pattern : {"home/%u", "%c/#", "+/%n/x", "%u/%c"}) {
            EXPECT_EQ(AccessPattern{pattern}.filter_for(stranger), std::nullopt) << pattern;
            for (const char* topic : {"home/", "home/a", "home/a/b", "a/b", "/", "home/#"}) {
                EXPECT_FALSE(AccessPattern{pattern}.matches(stranger, topic)) << pattern << topic;
            }
        }
        // What has no names in it is not their business.
        EXPECT_TRUE(AccessPattern{"home/+"}.matches(stranger, "home/a"));
    }
}

TEST(AccessPattern, NobodysNameIsTheBrokersOwnTopic) {
    const port::Principal system{.user = "$SYS", .client_id = "$share", .common_name = "$"};
    EXPECT_EQ(AccessPattern{"%u/#"}.filter_for(system), std::nullopt);
    EXPECT_EQ(AccessPattern{"%c/#"}.filter_for(system), std::nullopt);
    EXPECT_FALSE(AccessPattern{"%u/broker"}.matches(system, "$SYS/broker"));
    EXPECT_EQ(AccessPattern{"home/%u/#"}.filter_for(system), "home/$SYS/#");
}

TEST(AccessPattern, APercentSignInANameIsNothingSpecial) {
    const port::Principal sly{.user = "%c", .client_id = "victim"};
    EXPECT_EQ(AccessPattern{"home/%u"}.filter_for(sly), "home/%c");
    EXPECT_FALSE(AccessPattern{"home/%u"}.matches(sly, "home/victim"));
}

TEST(AccessPattern, FlawsAreNamed) {
    struct Row {
        const char* text;
        const char* message;
    };
    const Row rows[] = {
        {"", "not a topic filter"},
        {"a#", "not a topic filter"},
        {"#/a", "not a topic filter"},
        {"a/b+", "not a topic filter"},
        {"$share/g/a", "a shared subscription is decided by its filter"},
        {"home/dev-%c", "%c is only a part of a level"},
        {"%u%c/x", "%u is only a part of a level"},
        {"a/x%n", "%n is only a part of a level"},
    };
    for (const Row& row : rows) {
        const auto flaw = AccessPattern::flaw_of(row.text);
        ASSERT_TRUE(flaw) << row.text;
        EXPECT_EQ(flaw->message, row.message) << row.text;
        EXPECT_FALSE(flaw->hint.empty()) << row.text;
    }
    for (const char* right : {"#", "a", "/", "+/a/#", "$SYS/#", "%u", "100%", "a/%d", "%"}) {
        EXPECT_FALSE(AccessPattern::flaw_of(right)) << right;
    }
}

TEST(AccessPattern, IsWithinWhatMatchesAllThatItMatches) {
    struct Row {
        const char* inner;
        const char* outer;
        bool is_within;
        bool and_the_other_way_round;
    };
    const Row rows[] = {
        {"home/lamp", "home/lamp", true, true},
        {"home/lamp", "home/+", true, false},
        {"home/lamp", "home/#", true, false},
        {"home/lamp", "home/lamp/#", true, false},
        {"home/+", "home/+/#", true, false},
        {"home/+/#", "home/#", true, false},
        {"home", "home/#", true, false},
        {"+/lamp", "#", true, false},
        {"+/#", "#", true, true},
        {"home/+/#", "+/#", true, false},
        {"$SYS/broker/+", "$SYS/#", true, false},
        // Neither within the other.
        {"home/kitchen/#", "home/+/lock/#", false, false},
        {"home/#", "+/camera", false, false},
        {"home/+/lock", "home/safe/#", false, false},
        {"home/+", "+/lamp", false, false},
        {"home", "home/+/#", false, false},
        // Names are whole levels: since both match the same name, the same ones.
        {"users/%u", "users/anna", true, true},
        {"users/%u/x", "users/%u/#", true, false},
        {"users/%u", "users/+", true, false},
        {"%u/x", "+/#", true, false},
        {"%u/+", "+/x", false, false},
    };
    for (const Row& row : rows) {
        const AccessPattern inner{row.inner};
        const AccessPattern outer{row.outer};
        EXPECT_EQ(inner.is_within(outer), row.is_within) << row.inner << " in " << row.outer;
        EXPECT_EQ(outer.is_within(inner), row.and_the_other_way_round)
            << row.outer << " in " << row.inner;
    }
}

}  // namespace
}  // namespace kleber::auth
