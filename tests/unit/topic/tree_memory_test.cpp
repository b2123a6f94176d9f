// What a tree costs, counted where it is taken: this program's operators new and delete are ours.

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "gateway/topic/tree.hpp"

namespace {

// The allocator's own words beside each block.
constexpr std::size_t kHeaderBytes = 8;
std::size_t heap_bytes = 0;

void* take(std::size_t size) {
    void* const block = std::malloc(size);
    if (block == nullptr) std::abort();
    heap_bytes += malloc_usable_size(block) + kHeaderBytes;
    return block;
}

void give(void* block) {
    if (block == nullptr) return;
    heap_bytes -= malloc_usable_size(block) + kHeaderBytes;
    std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
    return take(size);
}
void* operator new[](std::size_t size) {
    return take(size);
}
void operator delete(void* block) noexcept {
    give(block);
}
void operator delete[](void* block) noexcept {
    give(block);
}
void operator delete(void* block, std::size_t) noexcept {
    give(block);
}
void operator delete[](void* block, std::size_t) noexcept {
    give(block);
}

namespace kleber::topic {
namespace {

std::string name(std::uint32_t i) {
    return "keep/room" + std::to_string(i / 100) + "/sensor" + std::to_string(i / 10) + "/m" +
           std::to_string(i);
}

TEST(TreeMemory, twenty_thousand_names_cost_90_bytes_each) {
    constexpr std::uint32_t kCount = 20'000;
    const std::size_t before = heap_bytes;
    auto tree = std::make_unique<Tree>(1);
    const std::size_t empty = heap_bytes - before;
    EXPECT_LE(empty, 4'000u);

    for (std::uint32_t i = 0; i < kCount; ++i) tree->set_value(tree->insert(name(i)), i);
    const std::size_t full = heap_bytes - before;
    EXPECT_LE(full / kCount, 90u);
    EXPECT_NEAR(static_cast<double>(tree->bytes()), static_cast<double>(full),
                0.05 * static_cast<double>(full));

    for (std::uint32_t i = 0; i < kCount; ++i) tree->clear_value(tree->find(name(i)).value());
    EXPECT_EQ(tree->node_count(), 1u);
    // The list of blocks stays; the blocks and the buckets go.
    EXPECT_LE(heap_bytes - before - empty, full / 50);

    tree.reset();
    EXPECT_EQ(heap_bytes, before);
}

TEST(TreeMemory, long_levels_are_counted_and_freed) {
    const std::size_t before = heap_bytes;
    auto tree = std::make_unique<Tree>(1);
    const std::size_t empty = tree->bytes();
    {
        const std::string long_name = std::string(1'000, 'a') + "/" + std::string(2'000, 'b');
        const NodeId id = tree->insert(long_name);
        EXPECT_GE(tree->bytes(), empty + 3'000);
        tree->clear_value(id);
    }
    EXPECT_LE(tree->bytes(), empty + 200);
    tree.reset();
    EXPECT_EQ(heap_bytes, before);
}

TEST(TreeMemory, a_look_up_allocates_nothing_once_warm) {
    Tree tree{1};
    tree.set_value(tree.insert("a/+/c"), 1);
    tree.set_value(tree.insert("#"), 2);
    int found = 0;
    const auto count = [&](std::uint32_t) { ++found; };
    tree.for_each_filter_matching("a/b/c", count);
    const std::size_t before = heap_bytes;
    std::size_t most = 0;
    tree.for_each_filter_matching("a/b/c",
                                  [&](std::uint32_t) { most = std::max(most, heap_bytes); });
    EXPECT_EQ(most, before);
    EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace kleber::topic
