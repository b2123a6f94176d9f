#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kleber::text {

// U+FFFD, which stands for what is no text.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// How many bytes the first character of `text` has; 0 if it is no well-formed UTF-8 (or empty).
std::size_t character_size(std::string_view text);

// How many columns a text takes; every byte that belongs to no character counts as one.
std::size_t character_count(std::string_view text);

// Fit for a terminal or a log: a line end or a tab becomes a space, another control character or a
// byte that is no text becomes U+FFFD. Every character stays one character.
std::string printable(std::string_view text);

// A part of a message that the user wrote: printable, and cut to 60 characters.
std::string excerpt(std::string_view text);

}  // namespace kleber::text
