#include "gateway/base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace kleber {
namespace {

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

// The length of the well-formed sequence of two to four bytes at `at`, or 0.
std::size_t sequence_length(const std::uint8_t* at, std::size_t left) {
    const std::uint8_t first = at[0];
    if (first >= 0xC2 && first <= 0xDF) {
        return left >= 2 && is_continuation(at[1]) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        if (left < 3 || !is_continuation(at[1]) || !is_continuation(at[2])) return 0;
        if (first == 0xE0 && at[1] < 0xA0) return 0;  // overlong
        // Surrogates. [MQTT-1.5.3-1] [MQTT-1.5.4-1]
        if (first == 0xED && at[1] > 0x9F) return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (left < 4 || !is_continuation(at[1]) || !is_continuation(at[2]) ||
            !is_continuation(at[3])) {
            return 0;
        }
        if (first == 0xF0 && at[1] < 0x90) return 0;  // overlong
        if (first == 0xF4 && at[1] > 0x8F) return 0;  // above U+10FFFF
        return 4;
    }
    return 0;
}

// True if all is ASCII without NUL, as topics mostly are: eight bytes at a time, the last eight of
// which may have been looked at before.
bool is_plain(const std::uint8_t* at, std::size_t size) {
    constexpr std::uint64_t kHigh = 0x8080808080808080U;
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    std::uint64_t found = 0;
    const auto look = [&](const std::uint8_t* here) {
        std::uint64_t word;
        std::memcpy(&word, here, 8);
        found |= (word | ((word - kOnes) & ~word)) & kHigh;
    };
    if (size < 8) {
        for (std::size_t index = 0; index < size; ++index) {
            if (at[index] == 0 || at[index] >= 0x80) return false;
        }
        return true;
    }
    for (std::size_t index = 0; index + 8 < size; index += 8) look(at + index);
    look(at + size - 8);
    return found == 0;
}

}  // namespace

bool is_mqtt_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(text.data());
    std::size_t left = text.size();
    if (is_plain(at, left)) return true;
    while (left > 0) {
        if (*at == 0) return false;  // [MQTT-1.5.3-2] [MQTT-1.5.4-2]
        const std::size_t length = *at < 0x80 ? 1 : sequence_length(at, left);
        if (length == 0) return false;
        at += length;
        left -= length;
    }
    return true;
}

}  // namespace kleber
