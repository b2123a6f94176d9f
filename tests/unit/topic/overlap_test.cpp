#include "gateway/topic/overlap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/topic/match.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::topic {
namespace {

TEST(Overlap, IsAFilterOfItsOwn) {
    struct Row {
        const char* a;
        const char* b;
        const char* both;  // null: nothing
    };
    const Row rows[] = {
        {"a/b", "a/b", "a/b"},     {"a/b", "a/c", nullptr},     {"a", "a/b", nullptr},
        {"a/+", "+/b", "a/b"},     {"a/+/c", "a/b/#", "a/b/c"}, {"a/#", "a", "a"},
        {"a/#", "a/b/#", "a/b/#"}, {"a/#", "+/b/+", "a/b/+"},   {"#", "a/+", "a/+"},
        {"+", "#", "+"},           {"+/#", "a", "a"},           {"a/+/#", "a", nullptr},
        {"#", "$SYS/#", nullptr},  {"+/x", "$SYS/x", nullptr},  {"$SYS/#", "$SYS/+/x", "$SYS/+/x"},
        {"a/$b", "a/+", "a/$b"},   {"/a", "+/a", "/a"},         {"a/", "a/+", "a/"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(std::string{row.a} + " and " + row.b);
        const auto expected = row.both ? std::optional<std::string>{row.both} : std::nullopt;
        EXPECT_EQ(overlap_of(row.a, row.b), expected);
        EXPECT_EQ(overlap_of(row.b, row.a), expected);
    }
}

// All paths of up to three of these levels.
std::vector<std::string> paths_of(const std::vector<std::string>& levels) {
    std::vector<std::string> all;
    std::vector<std::string> longest{""};
    for (int depth = 0; depth < 3; ++depth) {
        std::vector<std::string> longer;
        for (const std::string& path : longest) {
            for (const std::string& level : levels) {
                longer.push_back(depth == 0 ? level : path + '/' + level);
            }
        }
        all.insert(all.end(), longer.begin(), longer.end());
        longest = std::move(longer);
    }
    return all;
}

// Against the definition: names of one level more than the filters, and of a level that none of
// them has, stand for all others.
TEST(Overlap, AndCoverMeanWhatTheNamesSay) {
    std::vector<std::string> filters;
    for (std::string& path : paths_of({"a", "$b", "+", "#"})) {
        if (is_valid_filter(path)) filters.push_back(std::move(path));
    }
    std::vector<std::string> names = paths_of({"a", "$b", "other"});
    for (std::size_t index = 0, count = names.size(); index < count; ++index) {
        names.push_back(names[index] + "/a");
    }
    std::size_t covering = 0;
    for (const std::string& a : filters) {
        for (const std::string& b : filters) {
            const auto both = overlap_of(a, b);
            bool is_covered = true;
            for (const std::string& name : names) {
                const bool is_in_a = matches(a, name);
                const bool is_in_b = matches(b, name);
                ASSERT_EQ(both && matches(*both, name), is_in_a && is_in_b)
                    << a << " and " << b << ", " << name;
                if (is_in_b && !is_in_a) is_covered = false;
            }
            ASSERT_TRUE(!both || is_valid_filter(*both)) << a << " and " << b;
            ASSERT_EQ(covers(a, b), is_covered) << a << " and " << b;
            covering += is_covered ? 1 : 0;
        }
    }
    EXPECT_GT(covering, filters.size());
}

}  // namespace
}  // namespace kleber::topic
