#include "gateway/text/toml_depth.hpp"

#include <algorithm>

#include "gateway/text/characters.hpp"

namespace kleber::text {

namespace {

// The end of the quoted text that begins at `at`, one past its closing quotes; the end of all if it
// is not closed.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const std::string_view triple = quote == '"' ? "\"\"\"" : "'''";
    const bool is_multiline = text.substr(at, 3) == triple;
    const std::string_view closing = is_multiline ? triple : text.substr(at, 1);
    at += closing.size();
    while (at < text.size()) {
        if (text[at] == '\\' && quote == '"') {
            at += 2;
        } else if (text.substr(at).starts_with(closing)) {
            at += closing.size();
            // Up to two more quotes may stand right before the closing three.
            while (is_multiline && at < text.size() && text[at] == quote) ++at;
            return at;
        } else if (text[at] == '\n' && !is_multiline) {
            return at;
        } else {
            ++at;
        }
    }
    return text.size();
}

Position position_of(std::string_view text, std::size_t at) {
    Position position{1, 1};
    std::size_t line_start = 0;
    for (std::size_t i = 0; i < at; ++i) {
        if (text[i] != '\n') continue;
        ++position.line;
        line_start = i + 1;
    }
    const auto before = character_count(text.substr(line_start, at - line_start));
    position.column += static_cast<std::uint32_t>(before);
    return position;
}

}  // namespace

std::optional<Position> find_too_deep_key(std::string_view text) {
    std::size_t parts = 1;
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at]) {
            case '"':
            case '\'':
                at = end_of_string(text, at);
                continue;
            case '#':
                at = std::min(text.find('\n', at), text.size());
                continue;
            case '.':
                if (++parts > kKeyPartsMax) return position_of(text, at);
                break;
            case '\n':
            case '=':
            case ',':
            case '[':
            case ']':
            case '{':
            case '}':
                parts = 1;
                break;
            default:
                break;
        }
        ++at;
    }
    return std::nullopt;
}

}  // namespace kleber::text
