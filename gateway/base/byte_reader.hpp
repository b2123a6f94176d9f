#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gateway/base/utf8.hpp"

namespace kleber {

using Bytes = std::span<const std::uint8_t>;

inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Reads straight down through bytes in network order and remembers its first failure; after one,
// every read gives zeros or nothing. Views point into the bytes given.
class ByteReader {
  public:
    explicit ByteReader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    std::uint8_t u8() { return need(1) ? *at_++ : std::uint8_t{0}; }
    std::uint16_t u16() {
        if (!need(2)) return 0;
        const auto value = static_cast<std::uint16_t>(at_[0] << 8 | at_[1]);
        at_ += 2;
        return value;
    }
    std::uint32_t u32() {
        if (!need(4)) return 0;
        const std::uint32_t value = std::uint32_t{at_[0]} << 24 | std::uint32_t{at_[1]} << 16 |
                                    std::uint32_t{at_[2]} << 8 | at_[3];
        at_ += 4;
        return value;
    }
    // MQTT's variable byte integer: at most four bytes, in the fewest that hold the value.
    std::uint32_t varint();
    Bytes take(std::size_t size) {
        if (!need(size)) return {};
        const Bytes taken{at_, size};
        at_ += size;
        return taken;
    }
    // Two bytes of length, then that many bytes.
    Bytes binary() { return take(u16()); }
    // The same, checked to be text as MQTT understands it (see utf8.hpp).
    std::string_view utf8() {
        const std::string_view text = as_text(binary());
        if (!is_mqtt_utf8(text)) failed_ = true;
        return failed_ ? std::string_view{} : text;
    }
    Bytes rest() { return take(remaining()); }

    std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
    const std::uint8_t* position() const { return at_; }
    bool has_failed() const { return failed_; }
    // True if nothing failed and nothing is left over.
    bool finished() const { return !failed_ && at_ == end_; }
    void fail() { failed_ = true; }

  private:
    bool need(std::size_t size) {
        if (failed_ || remaining() < size) failed_ = true;
        return !failed_;
    }

    const std::uint8_t* at_;
    const std::uint8_t* end_;
    bool failed_ = false;
};

inline std::uint32_t ByteReader::varint() {
    std::uint32_t value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
        const std::uint8_t byte = u8();
        value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
        if (byte & 0x80) continue;
        if (byte == 0 && shift > 0) failed_ = true;  // a longer form than needed
        return failed_ ? 0 : value;
    }
    failed_ = true;
    return 0;
}

}  // namespace kleber
