#include "gateway/coming_over/toml_text.hpp"

#include <algorithm>

#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

constexpr std::size_t kCommentMax = 96;

bool must_be_escaped(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
}

}  // namespace

std::string quoted(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out{'"'};
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') {
            out += '\\';
            out += letter;
        } else if (must_be_escaped(letter)) {
            const auto code = static_cast<unsigned char>(letter);
            out += "\\u00";
            out += kDigits[code >> 4];
            out += kDigits[code & 15];
        } else {
            out += letter;
        }
    }
    return out + '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
    std::string out{'['};
    for (const std::string& text : texts) {
        if (out.size() > 1) out += ", ";
        out += quoted(text);
    }
    return out + ']';
}

void TomlTable::set(std::string_view key, std::string value, std::string comment) {
    lines_.erase(std::remove_if(lines_.begin(), lines_.end(),
                                [&](const TomlLine& line) { return line.key == key; }),
                 lines_.end());
    lines_.push_back({std::string{key}, std::move(value), std::move(comment)});
}

std::string TomlTable::text() const {
    if (lines_.empty()) return {};
    std::string out = '\n' + heading_ + '\n';
    for (const TomlLine& line : lines_) {
        if (!line.comment.empty()) out += comment_of(line.comment);
        if (!line.key.empty()) out += line.key + " = " + line.value + '\n';
    }
    return out;
}

std::string comment_of(std::string_view text) {
    const std::string printable = text::printable(text);
    std::string out;
    for (std::string_view rest = printable; !rest.empty();) {
        std::size_t end = rest.size();
        if (end > kCommentMax) {
            end = rest.rfind(' ', kCommentMax);
            if (end == std::string_view::npos || end == 0)
                end = std::min(rest.find(' '), rest.size());
        }
        out.append("# ").append(rest.substr(0, end)).append("\n");
        rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    return out;
}

}  // namespace kleber::coming_over
