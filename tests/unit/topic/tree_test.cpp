#include "gateway/topic/tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace kleber::topic {
namespace {

std::vector<std::uint32_t> values_for(const Tree& tree, std::string_view name) {
    std::vector<std::uint32_t> values;
    tree.for_each_filter_matching(name, [&](std::uint32_t value) { values.push_back(value); });
    std::sort(values.begin(), values.end());
    return values;
}

TEST(Tree, finds_what_was_inserted) {
    Tree tree{1};
    for (const std::string path : {"a", "a/b", "/", "", "//", "a/b/", "/a", "$SYS/a", "a/+/#",
                                   "a-level-that-does-not-fit-into-its-node/x"}) {
        EXPECT_EQ(tree.find(path), std::nullopt) << path;
        const NodeId id = tree.insert(path);
        tree.set_value(id, 3);
        EXPECT_EQ(tree.insert(path), id);
        EXPECT_EQ(tree.find(path), id);
        EXPECT_EQ(tree.value(id), 3u);
        EXPECT_EQ(tree.path(id), path);
        tree.clear_value(id);
        EXPECT_EQ(tree.find(path), std::nullopt) << path;
        EXPECT_EQ(tree.node_count(), 1u);
    }
    EXPECT_EQ(tree.path(kRoot), "");
}

TEST(Tree, counts_values_and_nodes) {
    Tree tree{1};
    const NodeId long_one = tree.insert("a/b/c");
    const NodeId short_one = tree.insert("a/b");
    EXPECT_EQ(tree.node_count(), 4u);
    EXPECT_EQ(tree.value_count(), 0u);
    tree.set_value(long_one, 1);
    tree.set_value(long_one, 2);
    tree.set_value(short_one, 3);
    EXPECT_EQ(tree.value_count(), 2u);
    tree.clear_value(short_one);
    EXPECT_EQ(tree.node_count(), 4u);
    EXPECT_EQ(tree.value_count(), 1u);
    tree.clear_value(long_one);
    EXPECT_EQ(tree.node_count(), 1u);
    EXPECT_EQ(tree.value_count(), 0u);
}

TEST(Tree, gives_back_a_node_that_never_got_a_value) {
    Tree tree{1};
    tree.set_value(tree.insert("a"), 1);
    tree.clear_value(tree.insert("a/b/c/d"));
    EXPECT_EQ(tree.node_count(), 2u);
    EXPECT_NE(tree.find("a"), std::nullopt);
}

TEST(Tree, visits_each_matching_filter_once) {
    Tree tree{1};
    const std::vector<std::string> filters{"a/b", "+/b", "a/+", "+/+",   "#",     "a/#", "a/b/#",
                                           "+/#", "b",   "+",   "a/b/c", "a/b/+", "/a",  "+/c"};
    for (std::uint32_t i = 0; i < filters.size(); ++i) tree.set_value(tree.insert(filters[i]), i);
    EXPECT_EQ(values_for(tree, "a/b"), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(values_for(tree, "b"), (std::vector<std::uint32_t>{4, 7, 8, 9}));
    EXPECT_EQ(values_for(tree, "/c"), (std::vector<std::uint32_t>{3, 4, 7, 13}));
    EXPECT_EQ(values_for(tree, "$a/b"), (std::vector<std::uint32_t>{}));
}

TEST(Tree, a_visitor_may_look_up_another_name) {
    Tree tree{1};
    tree.set_value(tree.insert("a/b"), 1);
    tree.set_value(tree.insert("+/b"), 2);
    tree.set_value(tree.insert("c/d/e"), 3);
    std::vector<std::uint32_t> seen;
    tree.for_each_filter_matching("a/b", [&](std::uint32_t value) {
        seen.push_back(value);
        for (const std::uint32_t inner : values_for(tree, "c/d/e")) seen.push_back(inner);
    });
    EXPECT_EQ(seen, (std::vector<std::uint32_t>{1, 3, 2, 3}));
}

// 2^12 filters that all match one name: every one of them is an answer, and nothing is looked at
// twice on the way.
TEST(Tree, a_look_up_looks_at_no_node_twice) {
    constexpr std::uint32_t kDepth = 12;
    Tree tree{1};
    for (std::uint32_t bits = 0; bits < 1u << kDepth; ++bits) {
        std::string filter;
        for (std::uint32_t level = 0; level < kDepth; ++level) {
            filter += (bits >> level & 1) != 0 ? "+/" : "a/";
        }
        filter.pop_back();
        tree.set_value(tree.insert(filter), bits);
    }
    std::string name = "a";
    for (std::uint32_t level = 1; level < kDepth; ++level) name += "/a";
    std::size_t found = 0;
    const auto count = [&](std::uint32_t) { ++found; };
    EXPECT_EQ(tree.for_each_filter_matching(name, count), tree.node_count());
    EXPECT_EQ(found, 1u << kDepth);

    found = 0;
    EXPECT_LE(tree.for_each_filter_matching(name + "/a/a/a/a/a/a/a", count), tree.node_count());
    EXPECT_EQ(found, 0u);
}

TEST(Tree, names_of_65536_levels_cost_no_stack) {
    const std::string name(65'535, '/');
    Tree tree{1};
    const NodeId id = tree.insert(name);
    tree.set_value(id, 1);
    EXPECT_EQ(tree.node_count(), 65'537u);
    EXPECT_EQ(tree.find(name), id);
    EXPECT_EQ(tree.path(id), name);

    std::string filter;
    for (int level = 0; level < 32'767; ++level) filter += "+/";
    filter += '#';
    tree.set_value(tree.insert(filter), 2);
    EXPECT_EQ(values_for(tree, name), (std::vector<std::uint32_t>{1, 2}));

    tree.clear_value(id);
    tree.clear_value(*tree.find(filter));
    EXPECT_EQ(tree.node_count(), 1u);
}

TEST(TreeDeathTest, what_breaks_its_invariants_ends_the_program) {
    Tree tree{1};
    const NodeId id = tree.insert("a");
    EXPECT_DEATH(tree.set_value(kRoot, 1), "kRoot");
    EXPECT_DEATH(tree.set_value(id, kNoValue), "kNoValue");
    tree.clear_value(id);
    EXPECT_DEATH(tree.clear_value(id), "in_use");
}

}  // namespace
}  // namespace kleber::topic
