#include "gateway/base/numbers.hpp"

namespace kleber {

void put_number(ByteBuffer& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.u8(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.u8(static_cast<std::uint8_t>(value));
}

std::uint64_t take_number(ByteReader& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = in.u8();
        if (shift == 63 && byte > 1) break;
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80) return value;
    }
    in.fail();
    return 0;
}

std::uint64_t take_number(ByteReader& in, std::uint64_t max) {
    const std::uint64_t value = take_number(in);
    if (value <= max) return value;
    in.fail();
    return 0;
}

void put_bytes(ByteBuffer& out, Bytes bytes) {
    put_number(out, bytes.size());
    out.append(bytes);
}

Bytes take_bytes(ByteReader& in) {
    return in.take(static_cast<std::size_t>(take_number(in, in.remaining())));
}

}  // namespace kleber
