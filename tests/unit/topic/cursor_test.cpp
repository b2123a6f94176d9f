#include "gateway/topic/cursor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/topic/tree.hpp"

namespace kleber::topic {
namespace {

class CursorTest : public testing::Test {
  protected:
    void store(const std::vector<std::string>& names) {
        for (const std::string& name : names) tree_.set_value(tree_.insert(name), 1);
    }
    void clear(std::string_view name) { tree_.clear_value(tree_.find(name).value()); }
    // The next name found, "-" at the end.
    std::string next(Cursor& cursor) {
        std::size_t steps = 1'000'000;
        const Cursor::Outcome outcome = tree_.next(cursor, steps);
        return outcome.state == Cursor::State::Found ? tree_.path(outcome.node) : "-";
    }
    std::vector<std::string> all(std::string_view filter) {
        Cursor cursor = tree_.begin(filter);
        std::vector<std::string> names;
        for (std::string name = next(cursor); name != "-"; name = next(cursor)) {
            names.push_back(name);
        }
        tree_.close(cursor);
        std::sort(names.begin(), names.end());
        return names;
    }

    Tree tree_{1};
};

using Names = std::vector<std::string>;

TEST_F(CursorTest, finds_the_names_that_match) {
    store({"a", "a/b", "a/c", "a/b/c", "b", "b/b", "/", "/b", "$SYS", "$SYS/b"});
    EXPECT_EQ(all("a"), (Names{"a"}));
    EXPECT_EQ(all("a/#"), (Names{"a", "a/b", "a/b/c", "a/c"}));
    EXPECT_EQ(all("+/b"), (Names{"/b", "a/b", "b/b"}));
    EXPECT_EQ(all("+"), (Names{"a", "b"}));
    EXPECT_EQ(all("#"), (Names{"/", "/b", "a", "a/b", "a/b/c", "a/c", "b", "b/b"}));
    EXPECT_EQ(all("+/+/#"), (Names{"/", "/b", "a/b", "a/b/c", "a/c", "b/b"}));
    EXPECT_EQ(all("$SYS/#"), (Names{"$SYS", "$SYS/b"}));
    EXPECT_EQ(all("$SYS/+"), (Names{"$SYS/b"}));
    EXPECT_EQ(all("c/#"), (Names{}));
    EXPECT_EQ(all("a/+/c/d"), (Names{}));
}

TEST_F(CursorTest, stays_at_its_end) {
    store({"a"});
    Cursor cursor = tree_.begin("#");
    EXPECT_EQ(next(cursor), "a");
    EXPECT_EQ(next(cursor), "-");
    store({"b"});
    EXPECT_EQ(next(cursor), "-");
    tree_.close(cursor);
    EXPECT_FALSE(cursor.is_open());
    tree_.close(cursor);
}

TEST_F(CursorTest, does_no_more_than_its_steps) {
    for (int i = 0; i < 1'000; ++i) store({"room" + std::to_string(i) + "/light"});
    store({"last/door"});
    Cursor cursor = tree_.begin("+/door");
    std::size_t slices = 0;
    Cursor::Outcome outcome;
    do {
        std::size_t steps = 10;
        outcome = tree_.next(cursor, steps);
        ++slices;
    } while (outcome.state == Cursor::State::Unfinished);
    EXPECT_EQ(tree_.path(outcome.node), "last/door");
    EXPECT_GE(slices, 100u);
    EXPECT_LE(slices, 500u);
    std::size_t none = 0;
    EXPECT_EQ(tree_.next(cursor, none).state, Cursor::State::Unfinished);
    tree_.close(cursor);
}

// Comparing long levels with many nodes is work too.
TEST_F(CursorTest, long_levels_cost_more_steps) {
    for (int i = 0; i < 100; ++i) store({std::to_string(i) + "/x"});
    const auto steps_for = [&](const std::string& filter) {
        Cursor cursor = tree_.begin(filter);
        std::size_t steps = 10'000'000;
        EXPECT_EQ(tree_.next(cursor, steps).state, Cursor::State::Done);
        tree_.close(cursor);
        return 10'000'000 - steps;
    };
    EXPECT_GT(steps_for("+/" + std::string(60'000, 'y')), 100 * steps_for("+/y"));
}

TEST_F(CursorTest, a_deep_filter_costs_no_more_than_the_nodes_there_are) {
    for (int i = 0; i < 2'000; ++i) {
        store({"a/b" + std::to_string(i % 7) + "/c" + std::to_string(i % 77) + "/d" +
               std::to_string(i)});
    }
    std::string filter;
    for (int level = 0; level < 30'000; ++level) filter += "+/";
    for (const std::string_view end : {"+", "#", "x"}) {
        Cursor cursor = tree_.begin(filter + std::string{end});
        std::size_t steps = 4 * tree_.node_count();
        EXPECT_EQ(tree_.next(cursor, steps).state, Cursor::State::Done);
        tree_.close(cursor);
    }
}

TEST_F(CursorTest, walks_names_of_65536_levels) {
    const std::string name(65'535, '/');
    store({name});
    EXPECT_EQ(all("#"), (Names{name}));
    EXPECT_EQ(all(name), (Names{name}));
    std::string filter;
    for (int level = 0; level < 32'767; ++level) filter += "+/";
    EXPECT_EQ(all(filter + "#"), (Names{name}));
    EXPECT_EQ(all(filter + "+"), (Names{}));
}

TEST_F(CursorTest, goes_on_from_a_node_that_was_cleared) {
    store({"a/1", "a/2", "a/3"});
    Cursor cursor = tree_.begin("a/+");
    EXPECT_EQ(next(cursor), "a/1");
    clear("a/1");
    clear("a/2");
    EXPECT_EQ(next(cursor), "a/3");
    clear("a/3");
    EXPECT_EQ(tree_.node_count(), 3u);
    EXPECT_EQ(tree_.value_count(), 0u);
    EXPECT_EQ(next(cursor), "-");
    EXPECT_EQ(tree_.node_count(), 1u);
    tree_.close(cursor);
}

TEST_F(CursorTest, a_cleared_node_under_a_cursor_may_come_back) {
    store({"a/1", "a/2"});
    Cursor cursor = tree_.begin("#");
    EXPECT_EQ(next(cursor), "a/1");
    clear("a/1");
    store({"a/1"});
    EXPECT_EQ(next(cursor), "a/2");
    EXPECT_EQ(next(cursor), "-");
    tree_.close(cursor);
    EXPECT_EQ(tree_.value_count(), 2u);
}

TEST_F(CursorTest, closing_frees_what_only_cursors_kept) {
    store({"a/b/c"});
    Cursor first = tree_.begin("a/#");
    Cursor second = tree_.begin("a/+/c");
    EXPECT_EQ(next(first), "a/b/c");
    EXPECT_EQ(next(second), "a/b/c");
    clear("a/b/c");
    EXPECT_EQ(tree_.node_count(), 4u);
    tree_.close(first);
    EXPECT_EQ(tree_.node_count(), 4u);
    tree_.close(second);
    EXPECT_EQ(tree_.node_count(), 1u);
}

TEST_F(CursorTest, can_be_moved_while_open) {
    store({"a", "b"});
    Cursor cursor = tree_.begin("+");
    EXPECT_EQ(next(cursor), "a");
    Cursor other = std::move(cursor);
    EXPECT_TRUE(other.is_open());
    EXPECT_EQ(next(other), "b");
    cursor = std::move(other);
    EXPECT_EQ(cursor.filter(), "+");
    EXPECT_EQ(next(cursor), "-");
    tree_.close(cursor);
}

TEST_F(CursorTest, mqtt_4_7_2_1_leading_wildcard_hides_dollar_names) {
    store({"$a", "$b/c", "x", "$d", "x/$e"});
    EXPECT_EQ(all("#"), (Names{"x", "x/$e"}));
    EXPECT_EQ(all("+"), (Names{"x"}));
    EXPECT_EQ(all("+/+"), (Names{"x/$e"}));
    EXPECT_EQ(all("$b/+"), (Names{"$b/c"}));
}

TEST(CursorDeathTest, must_be_closed) {
    EXPECT_DEATH(
        {
            Tree tree{1};
            const Cursor cursor = tree.begin("#");
        },
        "open_");
}

}  // namespace
}  // namespace kleber::topic
