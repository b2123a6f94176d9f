#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

namespace kleber {

// Seven bits a byte, the lowest first. (ByteBuffer's own is MQTT's, which ends at 28 bits.)
void put_number(ByteBuffer& out, std::uint64_t value);
// Fails the reader where it takes more than 64 bits.
std::uint64_t take_number(ByteReader& in);
// Fails the reader where it is more than `max`.
std::uint64_t take_number(ByteReader& in, std::uint64_t max);

// The same for whole numbers around zero, whose size counts, not their sign: 0, -1, 1, -2 ...
inline void put_signed(ByteBuffer& out, std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    put_number(out, bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
}
inline std::int64_t take_signed(ByteReader& in) {
    const std::uint64_t bits = take_number(in);
    return static_cast<std::int64_t>(bits >> 1 ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
}

// Its length as a number, then the bytes.
void put_bytes(ByteBuffer& out, Bytes bytes);
Bytes take_bytes(ByteReader& in);

inline void put_text(ByteBuffer& out, std::string_view text) {
    put_bytes(out, as_bytes(text));
}
inline std::string_view take_text(ByteReader& in) {
    return as_text(take_bytes(in));
}

}  // namespace kleber
