#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace kleber {

// Mixes two words into one: the high and low half of their product.
inline std::uint64_t hash_mix(std::uint64_t a, std::uint64_t b) {
    a ^= 0x9E3779B97F4A7C15U;
    b ^= 0xD6E8FEB86659FD93U;
#ifdef __SIZEOF_INT128__
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
#else  // a 32-bit machine: by halves
    const std::uint64_t a_low = a & 0xFFFFFFFFU, a_high = a >> 32;
    const std::uint64_t b_low = b & 0xFFFFFFFFU, b_high = b >> 32;
    const std::uint64_t cross =
        (a_low * b_low >> 32) + (a_high * b_low & 0xFFFFFFFFU) + a_low * b_high;
    const std::uint64_t high = a_high * b_high + (a_high * b_low >> 32) + (cross >> 32);
    return high ^ (a * b);
#endif
}

// A fast hash of a short text for tables in memory; `seed` keeps others from choosing collisions.
inline std::uint32_t hash_text(std::string_view text, std::uint64_t seed = 0) {
    const char* at = text.data();
    const std::size_t size = text.size();
    std::uint64_t hash = seed ^ size;
    std::uint64_t word = 0;
    if (size < 8) {
        for (std::size_t index = 0; index < size; ++index) {
            word = word << 8 | static_cast<unsigned char>(at[index]);
        }
        hash = hash_mix(hash, word);
    } else {
        for (std::size_t index = 0; index + 8 < size; index += 8) {
            std::memcpy(&word, at + index, 8);
            hash = hash_mix(hash, word);
        }
        std::memcpy(&word, at + size - 8, 8);  // may look at some bytes again
        hash = hash_mix(hash, word);
    }
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace kleber
