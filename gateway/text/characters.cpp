#include "gateway/text/characters.hpp"

#include <cstdint>

namespace kleber::text {

namespace {

constexpr std::size_t kExcerptMax = 60;

bool is_continuation(char byte) {
    return (static_cast<std::uint8_t>(byte) & 0xC0) == 0x80;
}

// C0, DEL, and the C1 controls that some terminals obey.
bool is_control(std::string_view character) {
    const auto first = static_cast<std::uint8_t>(character[0]);
    if (character.size() == 1) return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;
}

}  // namespace

std::size_t character_size(std::string_view text) {
    if (text.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(text[0]);
    if (first < 0x80) return 1;
    const std::size_t size = first < 0xC2   ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
    if (size == 0 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(text[i])) return 0;
    }
    const auto second = static_cast<std::uint8_t>(text[1]);
    const bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool is_surrogate = first == 0xED && second >= 0xA0;
    const bool is_too_high = first == 0xF4 && second >= 0x90;
    return is_overlong || is_surrogate || is_too_high ? 0 : size;
}

std::size_t character_count(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        text.remove_prefix(size == 0 ? 1 : size);
        ++count;
    }
    return count;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        const std::string_view character = text.substr(0, size);
        if (size == 0) {
            out += kReplacement;
        } else if (character == "\t" || character == "\n") {
            out += ' ';
        } else {
            out += is_control(character) ? kReplacement : character;
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

std::string excerpt(std::string_view text) {
    std::size_t end = 0;
    for (std::size_t count = 0; count < kExcerptMax && end < text.size(); ++count) {
        const std::size_t size = character_size(text.substr(end));
        end += size == 0 ? 1 : size;
    }
    return printable(text.substr(0, end)) + (end < text.size() ? "..." : "");
}

}  // namespace kleber::text
