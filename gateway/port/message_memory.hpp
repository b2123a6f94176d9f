#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

namespace kleber::port {

// Blocks of small messages that are gone, for those that come next. A turn makes and drops them by
// the dozen, which is more than malloc keeps at hand: in a profile it took some 200 of 2,200
// instructions a message. One a thread, and only for messages that never leave it, so that it needs
// no lock.
class MessageMemory {
  public:
    static MessageMemory& of_this_thread();

    void* take(std::size_t size) {
        const std::size_t kind = kind_of(size);
        if (kind < kKinds && free_[kind] != nullptr) {
            Block* block = free_[kind];
            free_[kind] = block->next;
            --count_[kind];
            return block;
        }
        return ::operator new(kind < kKinds ? bytes_of(kind) : size);
    }
    // `size` as it was taken.
    void give_back(void* memory, std::size_t size) {
        const std::size_t kind = kind_of(size);
        if (kind >= kKinds || count_[kind] >= kKeptMax) return ::operator delete(memory);
        free_[kind] = new (memory) Block{free_[kind]};
        ++count_[kind];
    }

    // All blocks that are kept, to the heap: scattered as they are, each holds a page of it.
    void release();

    MessageMemory() = default;
    MessageMemory(const MessageMemory&) = delete;
    MessageMemory& operator=(const MessageMemory&) = delete;
    ~MessageMemory() { release(); }

  private:
    struct Block {
        Block* next;
    };
    // Kinds are the sizes that malloc rounds up to anyway: 24, 40, 56 ... bytes.
    static constexpr std::size_t kStep = 16;
    static constexpr std::size_t kKinds = 32;
    static constexpr std::size_t bytes_of(std::size_t kind) { return kind * kStep + 24; }
    static constexpr std::size_t kind_of(std::size_t size) {
        return size <= 24 ? 0 : (size - 24 + kStep - 1) / kStep;
    }
    // Under a sanitizer none: it must see who uses memory that was given back.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr std::uint32_t kKeptMax = 0;
#else
    static constexpr std::uint32_t kKeptMax = 256;
#endif

    std::array<Block*, kKinds> free_{};
    std::array<std::uint32_t, kKinds> count_{};
};

}  // namespace kleber::port
