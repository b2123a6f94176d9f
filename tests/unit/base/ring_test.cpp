#include "gateway/base/ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <string>

namespace kleber {
namespace {

TEST(Ring, is_a_queue) {
    Ring<std::string> ring;
    EXPECT_TRUE(ring.empty());
    for (const auto* text : {"a", "b", "c"}) ring.push_back(text);
    EXPECT_EQ(ring.size(), 3U);
    EXPECT_EQ(ring.front(), "a");
    EXPECT_EQ(ring.back(), "c");
    EXPECT_EQ(ring[1], "b");
    EXPECT_EQ(ring.take_front(), "a");
    ring.pop_front();
    EXPECT_EQ(ring.front(), "c");
    ring.clear();
    EXPECT_TRUE(ring.empty());
}

TEST(Ring, takes_what_can_only_be_moved) {
    Ring<std::unique_ptr<int>> ring;
    for (int i = 0; i < 100; ++i) ring.push_back(std::make_unique<int>(i));
    ring.erase(50);
    for (int i = 0; i < 99; ++i) EXPECT_EQ(*ring.take_front(), i < 50 ? i : i + 1);
}

// Against a deque, under a fixed seed; large and small, wrapped around and not.
TEST(Ring, behaves_as_a_naive_model) {
    std::mt19937 random{7};
    Ring<std::string> ring;
    std::deque<std::string> model;
    for (int step = 0; step < 50'000; ++step) {
        const auto choice = random() % 100;
        const bool is_growing = step / 500 % 2 == 0;
        if (choice < (is_growing ? 60U : 30U)) {
            // Longer than a string keeps inside itself, so that a leak or double free shows.
            ring.push_back("a text of some length, number " + std::to_string(step));
            model.push_back("a text of some length, number " + std::to_string(step));
        } else if (choice < 80 && !model.empty()) {
            ASSERT_EQ(ring.take_front(), model.front());
            model.pop_front();
        } else if (choice < 99 && !model.empty()) {
            const auto index = static_cast<std::uint32_t>(random() % model.size());
            ring.erase(index);
            model.erase(model.begin() + index);
        } else if (choice == 99 && step % 7 == 0) {
            ring.clear();
            model.clear();
        }
        ASSERT_EQ(ring.size(), model.size());
        if (model.empty()) continue;
        const auto index = static_cast<std::uint32_t>(random() % model.size());
        ASSERT_EQ(ring[index], model[index]);
        ASSERT_EQ(ring.front(), model.front());
        ASSERT_EQ(ring.back(), model.back());
    }
}

}  // namespace
}  // namespace kleber
