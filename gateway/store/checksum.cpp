#include "gateway/store/checksum.hpp"

namespace kleber::store {
namespace {

// Compilers make one load of it where the machine has that order.
std::uint64_t little_endian_word(const std::uint8_t* at) {
    std::uint64_t word = 0;
    for (unsigned index = 0; index < 8; ++index) word |= std::uint64_t{at[index]} << (8 * index);
    return word;
}

}  // namespace

Checksum& Checksum::add(Bytes bytes) {
    add(bytes.size());
    std::size_t at = 0;
    for (; bytes.size() - at >= 8; at += 8) add(little_endian_word(bytes.data() + at));
    std::uint64_t rest = 0;
    for (unsigned shift = 0; at < bytes.size(); ++at, shift += 8) {
        rest |= std::uint64_t{bytes[at]} << shift;
    }
    return add(rest);
}

}  // namespace kleber::store
