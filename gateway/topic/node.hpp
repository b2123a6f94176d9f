#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "gateway/base/strong.hpp"

namespace kleber::topic {

// A place in one tree. It stays the same while the place exists and may be given to another place
// after that: keep it only while there is a value set or a cursor open there.
struct NodeIdTag;
using NodeId = Strong<NodeIdTag, std::uint32_t>;

// Above all levels. Nobody's child, so that it also stands for "no child" and "no sibling".
constexpr NodeId kRoot{0};

constexpr std::uint32_t kNoValue = 0xFFFF'FFFF;

// The text of one level: short ones in place, long ones on the heap.
class LevelText {
  public:
    LevelText() = default;
    explicit LevelText(std::string_view text);
    LevelText(LevelText&& other) noexcept { swap(other); }
    LevelText& operator=(LevelText&& other) noexcept {
        LevelText taken{std::move(other)};
        swap(taken);
        return *this;
    }
    ~LevelText() {
        if (is_on_heap()) delete[] heap().data;
    }

    std::string_view view() const {
        if (!is_on_heap()) return {bytes_, tag_};
        return {heap().data, heap().size};
    }
    std::size_t heap_bytes() const { return is_on_heap() ? heap().size : 0; }

  private:
    struct Heap {
        char* data;
        std::uint32_t size;
    };
    static constexpr std::size_t kInlineMax = 14;
    static constexpr std::uint8_t kOnHeap = 0xFF;

    bool is_on_heap() const { return tag_ == kOnHeap; }
    // Pointer and size lie unaligned in the bytes, which keeps a node at 40 bytes.
    Heap heap() const {
        Heap heap{};
        std::memcpy(&heap.data, bytes_, sizeof heap.data);
        std::memcpy(&heap.size, bytes_ + sizeof heap.data, sizeof heap.size);
        return heap;
    }
    void swap(LevelText& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(tag_, other.tag_);
    }

    char bytes_[kInlineMax] = {};
    std::uint8_t tag_ = 0;  // the size if in place
};

struct Node {
    NodeId parent;
    NodeId first_child;
    NodeId next;      // sibling; kRoot after the last
    NodeId previous;  // sibling; the first one's is the last one
    std::uint32_t value = kNoValue;
    std::uint32_t pin_count = 0;
    LevelText text;
    bool in_use : 1 = false;
    bool has_plus_child : 1 = false;  // spares most nodes two look-ups
    bool has_hash_child : 1 = false;
};
static_assert(sizeof(Node) == 40);

}  // namespace kleber::topic
