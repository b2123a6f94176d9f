#pragma once

#include <string>
#include <string_view>

namespace kleber {

// Appends `text` as a JSON string with its quotes. The text is UTF-8.
void append_json_text(std::string& out, std::string_view text);

}  // namespace kleber
