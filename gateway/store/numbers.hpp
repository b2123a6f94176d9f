#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

namespace kleber::store {

// Seven bits a byte, the lowest first. (ByteBuffer's own is MQTT's, which ends at 28 bits.)
void put_number(ByteBuffer& out, std::uint64_t value);
// Fails the reader where it takes more than 64 bits.
std::uint64_t take_number(ByteReader& in);
// Fails the reader where it is more than `max`.
std::uint64_t take_number(ByteReader& in, std::uint64_t max);

// Its length as a number, then the bytes.
void put_bytes(ByteBuffer& out, Bytes bytes);
Bytes take_bytes(ByteReader& in);

inline void put_text(ByteBuffer& out, std::string_view text) {
    put_bytes(out, as_bytes(text));
}
inline std::string_view take_text(ByteReader& in) {
    return as_text(take_bytes(in));
}

}  // namespace kleber::store
