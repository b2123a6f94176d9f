#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace kleber {

// Bytes under construction in network order. Unlike a vector it does not clear what it is about to
// overwrite, and its memory can be handed on.
class ByteBuffer {
  public:
    ByteBuffer() = default;
    ByteBuffer(ByteBuffer&& other) noexcept { swap(other); }
    ByteBuffer& operator=(ByteBuffer&& other) noexcept {
        ByteBuffer taken{std::move(other)};
        swap(taken);
        return *this;
    }
    void swap(ByteBuffer& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    const std::uint8_t* data() const { return data_.get(); }
    std::uint8_t* data() { return data_.get(); }
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return capacity_; }
    bool empty() const { return size_ == 0; }
    std::span<const std::uint8_t> bytes() const { return {data(), size()}; }
    void clear() { size_ = 0; }
    void truncate(std::size_t size) { size_ = size; }
    // Drops the first `count` bytes.
    void consume(std::size_t count) {
        size_ -= count;
        if (size_ > 0) std::memmove(data(), data() + count, size_);
    }

    // Room for `count` more bytes, to be filled by the caller.
    std::uint8_t* extend(std::size_t count) {
        if (capacity_ - size_ < count) grow(count);
        std::uint8_t* room = data() + size_;
        size_ += count;
        return room;
    }
    void reserve(std::size_t capacity) {
        if (capacity > capacity_) grow(capacity - size_);
    }

    void u8(std::uint8_t value) { *extend(1) = value; }
    void u16(std::uint16_t value) {
        std::uint8_t* room = extend(2);
        room[0] = static_cast<std::uint8_t>(value >> 8);
        room[1] = static_cast<std::uint8_t>(value);
    }
    void u32(std::uint32_t value) {
        u16(static_cast<std::uint16_t>(value >> 16));
        u16(static_cast<std::uint16_t>(value));
    }
    // MQTT's variable byte integer; at most 268,435,455.
    void varint(std::uint32_t value) {
        do {
            const auto low = static_cast<std::uint8_t>(value & 0x7F);
            value >>= 7;
            u8(value ? static_cast<std::uint8_t>(low | 0x80) : low);
        } while (value);
    }
    void append(std::span<const std::uint8_t> bytes) {
        if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
    }
    void append(std::string_view text) {
        if (!text.empty()) std::memcpy(extend(text.size()), text.data(), text.size());
    }
    // Two bytes of length, then the bytes; at most 65,535.
    void binary(std::span<const std::uint8_t> bytes) {
        u16(static_cast<std::uint16_t>(bytes.size()));
        append(bytes);
    }
    void text(std::string_view text) {
        u16(static_cast<std::uint16_t>(text.size()));
        append(text);
    }

  private:
    void grow(std::size_t count) {
        const std::size_t capacity = std::max({size_ + count, capacity_ * 2, std::size_t{64}});
        std::unique_ptr<std::uint8_t[]> bigger{new std::uint8_t[capacity]};
        if (size_ > 0) std::memcpy(bigger.get(), data_.get(), size_);
        data_ = std::move(bigger);
        capacity_ = capacity;
    }

    std::unique_ptr<std::uint8_t[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

// The number of bytes varint() writes for this value.
constexpr std::size_t varint_size(std::size_t value) {
    return value < 128 ? 1 : value < 16'384 ? 2 : value < 2'097'152 ? 3 : 4;
}
constexpr std::size_t kVarintMax = 268'435'455;

}  // namespace kleber
