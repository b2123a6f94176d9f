#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kleber::text {

// What to say beside TOML's own error about a line.
struct TomlHint {
    std::string hint;          // what to write instead; empty if the slip is no usual one
    std::uint32_t column = 0;  // where the caret belongs, if it is not where the parser stopped
};

// `line` is the text of the line where the parser stopped, `error` its message.
TomlHint hint_for(std::string_view line, std::string_view error);

}  // namespace kleber::text
