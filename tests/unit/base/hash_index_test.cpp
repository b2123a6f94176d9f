#include "gateway/base/hash_index.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace kleber {
namespace {

std::uint32_t found(const HashIndex& index, std::uint32_t hash, std::uint32_t number) {
    return index.find(hash, [&](std::uint32_t candidate) { return candidate == number; });
}

TEST(HashIndex, finds_what_was_inserted) {
    HashIndex index;
    EXPECT_EQ(found(index, 5, 1), HashIndex::kNone);
    index.insert(5, 1);
    index.insert(5, 2);
    EXPECT_EQ(found(index, 5, 1), 1U);
    EXPECT_EQ(found(index, 5, 2), 2U);
    EXPECT_EQ(found(index, 5, 3), HashIndex::kNone);
    EXPECT_EQ(found(index, 6, 1), HashIndex::kNone);
    index.erase(5, 1);
    EXPECT_EQ(found(index, 5, 1), HashIndex::kNone);
    EXPECT_EQ(found(index, 5, 2), 2U);
    EXPECT_EQ(index.size(), 1U);
}

// Against a map, under a fixed seed, with hashes that collide often and wrap around.
TEST(HashIndex, behaves_as_a_naive_model) {
    std::mt19937 random{11};
    const auto hash_of = [](std::uint32_t number) { return 0xFFFFFFF0U + number % 37; };
    HashIndex index;
    std::map<std::uint32_t, std::uint32_t> model;
    for (int step = 0; step < 50'000; ++step) {
        const auto number = static_cast<std::uint32_t>(random() % 300);
        if (model.contains(number)) {
            index.erase(hash_of(number), number);
            model.erase(number);
        } else if (random() % 4 != 0) {
            index.insert(hash_of(number), number);
            model.emplace(number, hash_of(number));
        }
        const auto other = static_cast<std::uint32_t>(random() % 300);
        ASSERT_EQ(found(index, hash_of(other), other),
                  model.contains(other) ? other : HashIndex::kNone);
        ASSERT_EQ(index.size(), model.size());
    }
}

TEST(HashIndex, gives_memory_back_as_it_empties) {
    HashIndex index;
    for (std::uint32_t number = 0; number < 10'000; ++number) index.insert(number * 77, number);
    const std::size_t full = index.bytes();
    for (std::uint32_t number = 0; number < 10'000; ++number) index.erase(number * 77, number);
    EXPECT_EQ(index.size(), 0U);
    EXPECT_LT(index.bytes(), full / 10);
}

}  // namespace
}  // namespace kleber
