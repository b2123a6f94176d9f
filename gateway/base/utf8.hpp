#pragma once

#include <string_view>

namespace kleber {

// True if `text` is well-formed UTF-8 without U+0000: no surrogates, no overlong forms, nothing
// above U+10FFFF. U+FEFF is a character like any other.
// [MQTT-1.5.3-1] [MQTT-1.5.3-2] [MQTT-1.5.3-3] [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.4-3]
bool is_mqtt_utf8(std::string_view text);

}  // namespace kleber
