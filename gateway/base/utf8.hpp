#pragma once

#include <string_view>

namespace kleber {

// True if `text` is well-formed UTF-8 without U+0000: no surrogates, no overlong forms, nothing
// above U+10FFFF. U+FEFF is a character like any other.
bool is_mqtt_utf8(std::string_view text);

}  // namespace kleber
