#include "gateway/auth/access_index.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/topic/name.hpp"
#include "gateway/topic/overlap.hpp"

namespace kleber::auth {
namespace {

constexpr port::Principal kAnna{.user = "anna", .client_id = "phone", .common_name = "Anna"};

struct Patterns {
    explicit Patterns(const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            patterns.emplace_back(text);
            index.add(list, patterns.back(), static_cast<std::uint32_t>(patterns.size() - 1));
        }
    }
    std::set<std::string> covering(const port::Principal& principal, std::string_view filter) {
        std::set<std::string> found;
        index.for_each_covering(list, principal, filter, [&](std::uint32_t entry) {
            EXPECT_TRUE(found.insert(patterns[entry].text()).second) << "twice";
            return true;
        });
        return found;
    }
    std::set<std::string> overlapping(const port::Principal& principal, std::string_view filter) {
        std::set<std::string> found;
        index.for_each_overlapping(list, principal, filter, [&](std::uint32_t entry) {
            EXPECT_TRUE(found.insert(patterns[entry].text()).second) << "twice";
            return true;
        });
        return found;
    }

    AccessIndex index;
    AccessIndex::List list = index.add_list();
    std::vector<AccessPattern> patterns;
};

using Texts = std::set<std::string>;

TEST(AccessIndex, FindsWhatMatchesATopic) {
    Patterns some{{"home/lamp", "home/+", "home/#", "#", "+/lamp", "home", "home/%u/x", "%u/#",
                   "garden/lamp", "home/lamp/#", "$SYS/#", "home/%c", "+"}};
    EXPECT_EQ(some.covering(kAnna, "home/lamp"),
              (Texts{"home/lamp", "home/+", "home/#", "#", "+/lamp", "home/lamp/#"}));
    EXPECT_EQ(some.covering(kAnna, "home/phone"), (Texts{"home/+", "home/#", "#", "home/%c"}));
    EXPECT_EQ(some.covering(kAnna, "home/anna/x"), (Texts{"home/#", "#", "home/%u/x"}));
    EXPECT_EQ(some.covering(kAnna, "home/%u/x"), (Texts{"home/#", "#"}));
    EXPECT_EQ(some.covering(kAnna, "anna"), (Texts{"#", "%u/#", "+"}));
    EXPECT_EQ(some.covering(kAnna, "$SYS/x"), (Texts{"$SYS/#"}));
    EXPECT_EQ(some.covering({}, "home//x"), (Texts{"home/#", "#"}));
}

TEST(AccessIndex, StopsWhereItIsTold) {
    Patterns some{{"a", "a", "+", "#", "%u"}};
    for (const char* filter : {"a", "#", "+"}) {
        int visits = 0;
        const auto stop = [&](std::uint32_t) { return ++visits < 2; };
        EXPECT_FALSE(some.index.for_each_overlapping(some.list, kAnna, filter, stop)) << filter;
        EXPECT_EQ(visits, 2) << filter;
    }
    int visits = 0;
    EXPECT_FALSE(
        some.index.for_each_covering(some.list, kAnna, "a", [&](auto) { return ++visits < 3; }));
    EXPECT_EQ(visits, 3);
}

TEST(AccessIndex, ListsDoNotSeeEachOther) {
    AccessIndex index;
    const auto one = index.add_list();
    const auto other = index.add_list();
    index.add(one, AccessPattern{"a/b"}, 0);
    index.add(other, AccessPattern{"a/+"}, 1);
    for (const auto list : {one, other}) {
        const auto is_own = [&](std::uint32_t entry) {
            EXPECT_EQ(entry, list == one ? 0U : 1U);
            return true;
        };
        index.for_each_covering(list, kAnna, "a/b", is_own);
        index.for_each_overlapping(list, kAnna, "#", is_own);
    }
}

// Against the definition: names put in, filter by filter.
TEST(AccessIndex, FindsTheSameAsALookAtEachEntry) {
    std::mt19937 random{7};
    const std::vector<std::string> levels = {"a", "b", "", "$b", "anna", "+", "%u", "%c", "%n"};
    const auto path = [&](std::size_t kinds) {
        std::string text;
        const std::size_t count = 1 + random() % 3;
        for (std::size_t level = 0; level < count; ++level) {
            if (level > 0) text += '/';
            text += levels[random() % kinds];
        }
        if (kinds > 5 && random() % 3 == 0) text = random() % 4 == 0 ? "#" : text + "/#";
        return text;
    };
    const port::Principal principals[] = {kAnna,
                                          {},
                                          {.user = "a", .client_id = "b", .common_name = "+"},
                                          {.user = "$b", .client_id = "a/b", .common_name = "#"},
                                          {.user = "%c", .client_id = "anna"}};
    for (int round = 0; round < 300; ++round) {
        Texts texts;
        while (texts.size() < 12) {
            std::string text = path(levels.size());
            if (!AccessPattern::flaw_of(text)) texts.insert(std::move(text));
        }
        Patterns some{{texts.begin(), texts.end()}};
        for (int question = 0; question < 20; ++question) {
            // A topic, or a filter without names to be put in.
            const std::string asked = path(question % 2 == 0 ? 5 : 6);
            if (!topic::is_valid_filter(asked)) continue;
            const port::Principal& principal = principals[random() % std::size(principals)];
            Texts covering;
            Texts overlapping;
            for (const AccessPattern& pattern : some.patterns) {
                const auto filter = pattern.filter_for(principal);
                if (!filter) continue;
                if (topic::covers(*filter, asked)) covering.insert(pattern.text());
                if (topic::overlap_of(*filter, asked)) overlapping.insert(pattern.text());
            }
            ASSERT_EQ(some.covering(principal, asked), covering) << asked;
            ASSERT_EQ(some.overlapping(principal, asked), overlapping) << asked;
        }
    }
}

}  // namespace
}  // namespace kleber::auth
