#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber {

// A queue in one block of memory, which an empty one gives back. Elements are counted from the
// front.
template <typename T>
class Ring {
  public:
    Ring() = default;
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;
    ~Ring() { clear(); }

    std::uint32_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T& operator[](std::uint32_t index) { return *slot(index); }
    const T& operator[](std::uint32_t index) const { return *slot(index); }
    T& front() { return *slot(0); }
    T& back() { return *slot(size_ - 1); }

    void push_back(T value) {
        if (size_ == capacity_) grow();
        new (slot(size_)) T(std::move(value));
        ++size_;
    }
    void pop_front() {
        KLEBER_ASSERT(size_ > 0);
        slot(0)->~T();
        head_ = (head_ + 1) & (capacity_ - 1);
        --size_;
        if (size_ == 0) release();
    }
    T take_front() {
        T value = std::move(front());
        pop_front();
        return value;
    }
    // Closes the gap from the nearer end.
    void erase(std::uint32_t index) {
        KLEBER_ASSERT(index < size_);
        if (index < size_ / 2) {
            for (; index > 0; --index) *slot(index) = std::move(*slot(index - 1));
            pop_front();
            return;
        }
        for (; index + 1 < size_; ++index) *slot(index) = std::move(*slot(index + 1));
        slot(size_ - 1)->~T();
        --size_;
        if (size_ == 0) release();
    }
    void clear() {
        for (std::uint32_t index = 0; index < size_; ++index) slot(index)->~T();
        size_ = 0;
        release();
    }

  private:
    // Small rings keep their block: they fill and empty with every message.
    static constexpr std::uint32_t kKept = 32;

    T* slot(std::uint32_t index) const {
        return std::launder(reinterpret_cast<T*>(block_.get())) +
               ((head_ + index) & (capacity_ - 1));
    }
    void grow() {
        const std::uint32_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
        std::unique_ptr<Room[]> bigger{new Room[capacity]};
        T* to = reinterpret_cast<T*>(bigger.get());
        for (std::uint32_t index = 0; index < size_; ++index) {
            new (to + index) T(std::move(*slot(index)));
            slot(index)->~T();
        }
        block_ = std::move(bigger);
        capacity_ = capacity;
        head_ = 0;
    }
    void release() {
        head_ = 0;
        if (capacity_ <= kKept) return;
        block_.reset();
        capacity_ = 0;
    }

    struct Room {
        alignas(T) unsigned char bytes[sizeof(T)];
    };
    std::unique_ptr<Room[]> block_;
    std::uint32_t head_ = 0;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;  // a power of two
};

}  // namespace kleber
