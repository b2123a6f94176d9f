#pragma once

#include <optional>
#include <string_view>

#include "gateway/text/diagnostic.hpp"

namespace kleber::text {

constexpr std::size_t kKeyPartsMax = 16;  // of a dotted key: a.b.c has 3

// Where a dotted key first has more parts than that; nothing if none has. toml++ limits the depth
// of brackets but not of dots, and takes trees down by recursion: half a megabyte of "a.a.a." would
// use up the stack. May be wrong about text that is no TOML, but only after its first error.
std::optional<Position> find_too_deep_key(std::string_view text);

}  // namespace kleber::text
