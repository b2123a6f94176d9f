#include "gateway/codec/websocket/mask.hpp"

#include <cstring>

namespace kleber::codec::websocket {

void apply_mask(std::span<std::uint8_t> bytes, const MaskKey& key, std::uint64_t offset) {
    // The key from where the bytes begin, twice: eight bytes at a time, whatever their order here.
    std::uint8_t pattern[8];
    for (std::size_t index = 0; index < sizeof pattern; ++index) {
        pattern[index] = key[static_cast<std::size_t>((offset + index) % key.size())];
    }
    std::uint64_t word;
    std::memcpy(&word, pattern, sizeof word);
    std::size_t at = 0;
    for (; bytes.size() - at >= sizeof word; at += sizeof word) {
        std::uint64_t masked;
        std::memcpy(&masked, bytes.data() + at, sizeof masked);
        masked ^= word;
        std::memcpy(bytes.data() + at, &masked, sizeof masked);
    }
    for (std::size_t index = 0; at < bytes.size(); ++at, ++index) bytes[at] ^= pattern[index];
}

}  // namespace kleber::codec::websocket
