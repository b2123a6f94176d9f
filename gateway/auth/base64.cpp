#include "gateway/auth/base64.hpp"

#include <cstdint>

namespace kleber::auth {

namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned kLetterBits = 6;
constexpr unsigned kByteBits = 8;

}  // namespace

std::string to_base64(std::string_view bytes, Padding padding) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char byte : bytes) {
        bits = bits << kByteBits | static_cast<unsigned char>(byte);
        for (count += kByteBits; count >= kLetterBits;) {
            count -= kLetterBits;
            text += kLetters[bits >> count & 0x3F];
        }
    }
    if (count > 0) text += kLetters[bits << (kLetterBits - count) & 0x3F];
    while (padding == Padding::Equals && text.size() % 4 != 0) text += '=';
    return text;
}

std::optional<std::string> from_base64(std::string_view text, Padding padding) {
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char letter : text.substr(0, text.find('='))) {
        const std::size_t value = kLetters.find(letter);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << kLetterBits | static_cast<std::uint32_t>(value);
        count += kLetterBits;
        if (count < kByteBits) continue;
        count -= kByteBits;
        bytes += static_cast<char>(bits >> count & 0xFF);
    }
    // A letter too many, bits that mean nothing, = in the wrong place or number.
    if (to_base64(bytes, padding) != text) return std::nullopt;
    return bytes;
}

}  // namespace kleber::auth
