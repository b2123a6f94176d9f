// Trees under random operations against the naive answer: every stored path asked one by one.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/topic/match.hpp"
#include "gateway/topic/tree.hpp"

namespace kleber::topic {
namespace {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
    std::string name() { return path({"", "a", "b", "cc", "$s", kLong}); }
    std::string filter() {
        std::string filter = path({"", "a", "b", "cc", "$s", kLong, "+", "+", "+"});
        if (below(4) == 0) filter += "/#";
        return below(20) == 0 ? "#" : filter;
    }

  private:
    static constexpr const char* kLong = "a-level-longer-than-a-node";

    std::string path(const std::vector<std::string>& levels) {
        std::string path = levels[below(levels.size())];
        for (std::size_t more = below(4); more > 0; --more)
            path += '/' + levels[below(levels.size())];
        return path.empty() ? "x" : path;
    }

    std::mt19937_64 engine_;
};

// A tree and what it should hold.
class Stored {
  public:
    explicit Stored(std::uint64_t seed) : tree{seed} {}

    void set(const std::string& path, std::uint32_t value) {
        tree.set_value(tree.insert(path), value);
        values[path] = value;
    }
    void clear(const std::string& path) {
        tree.clear_value(tree.find(path).value());
        values.erase(path);
    }
    void clear_all() {
        while (!values.empty()) clear(values.begin()->first);
    }
    const std::string& any(Dice& dice) const {
        return std::next(values.begin(), static_cast<std::ptrdiff_t>(dice.below(values.size())))
            ->first;
    }

    Tree tree;
    std::map<std::string, std::uint32_t> values;
};

TEST(TreeRandom, filters_found_are_those_that_match) {
    std::size_t found_count = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice{seed};
        Stored filters{seed};
        for (std::uint32_t action = 0; action < 2'000; ++action) {
            const std::size_t choice = dice.below(10);
            if (choice < 4) filters.set(dice.filter(), action);
            if (choice >= 4 && choice < 7 && !filters.values.empty()) {
                filters.clear(filters.any(dice));
            }
            const std::string name = dice.name();
            std::vector<std::uint32_t> expected;
            for (const auto& [filter, value] : filters.values) {
                if (matches(filter, name)) expected.push_back(value);
            }
            std::vector<std::uint32_t> found;
            const std::size_t looked_at_count = filters.tree.for_each_filter_matching(
                name, [&](std::uint32_t value) { found.push_back(value); });
            std::sort(expected.begin(), expected.end());
            std::sort(found.begin(), found.end());
            ASSERT_EQ(found, expected) << name;
            ASSERT_LE(looked_at_count, filters.tree.node_count());
            ASSERT_EQ(filters.tree.value_count(), filters.values.size());
            found_count += found.size();
        }
        for (const auto& [filter, value] : filters.values) {
            const NodeId id = filters.tree.find(filter).value();
            ASSERT_EQ(filters.tree.value(id), value);
            ASSERT_EQ(filters.tree.path(id), filter);
        }
        filters.clear_all();
        ASSERT_EQ(filters.tree.node_count(), 1u);
    }
    EXPECT_GT(found_count, 10'000u);
}

// A cursor and what it owes: the names that were there from its start on, each once.
struct Walk {
    Cursor cursor;
    std::set<std::string> owed;
    std::set<std::string> found;  // and not cleared since
};

class TreeRandomWalks {
  public:
    explicit TreeRandomWalks(std::uint64_t seed) : dice_(seed), names_(seed) {}

    void run() {
        for (std::uint32_t action = 0; action < 3'000; ++action) {
            const std::size_t choice = dice_.below(10);
            if (choice < 3) set(action);
            if (choice >= 3 && choice < 5) clear();
            if (choice == 5 && walks_.size() < 6) open();
            if (choice > 5 && !walks_.empty()) proceed(dice_.below(walks_.size()));
            if (testing::Test::HasFatalFailure()) break;
        }
        for (Walk& walk : walks_) names_.tree.close(walk.cursor);
        ASSERT_GT(finished_count_, 20u);
        ASSERT_GT(suspended_count_, 100u);
        names_.clear_all();
        ASSERT_EQ(names_.tree.node_count(), 1u);
        ASSERT_EQ(names_.tree.value_count(), 0u);
    }

  private:
    void set(std::uint32_t value) { names_.set(dice_.name(), value); }

    void clear() {
        if (names_.values.empty()) return;
        const std::string name = names_.any(dice_);
        names_.clear(name);
        for (Walk& walk : walks_) {
            walk.owed.erase(name);
            walk.found.erase(name);
        }
    }

    void open() {
        const std::string filter = dice_.filter();
        Walk walk{names_.tree.begin(filter), {}, {}};
        for (const auto& [name, value] : names_.values) {
            if (matches(filter, name)) walk.owed.insert(name);
        }
        walks_.push_back(std::move(walk));
    }

    void proceed(std::size_t index) {
        Walk& walk = walks_[index];
        std::size_t steps = dice_.below(30);
        const Cursor::Outcome outcome = names_.tree.next(walk.cursor, steps);
        if (outcome.state == Cursor::State::Unfinished) {
            ASSERT_EQ(steps, 0u);
            ++suspended_count_;
            return;
        }
        if (outcome.state == Cursor::State::Found) {
            const std::string name = names_.tree.path(outcome.node);
            ASSERT_EQ(names_.values.at(name), names_.tree.value(outcome.node));
            ASSERT_TRUE(matches(walk.cursor.filter(), name)) << name;
            ASSERT_TRUE(walk.found.insert(name).second) << name;
            return;
        }
        ASSERT_TRUE(std::includes(walk.found.begin(), walk.found.end(), walk.owed.begin(),
                                  walk.owed.end()));
        names_.tree.close(walk.cursor);
        walks_.erase(walks_.begin() + static_cast<std::ptrdiff_t>(index));
        ++finished_count_;
    }

    Dice dice_;
    Stored names_;
    std::vector<Walk> walks_;
    std::size_t finished_count_ = 0;
    std::size_t suspended_count_ = 0;
};

TEST(TreeRandom, names_walked_are_those_that_match_and_stayed) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        SCOPED_TRACE(seed);
        TreeRandomWalks walks{seed};
        walks.run();
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace kleber::topic
