#include "gateway/text/toml_hint.hpp"

#include <algorithm>

#include "gateway/text/characters.hpp"

namespace kleber::text {

namespace {

bool is_space(char letter) {
    return letter == ' ' || letter == '\t';
}

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return out;
}

// A line that was meant as `key = value`: where the value begins, and it without a comment.
struct Assignment {
    std::string_view key;
    std::string_view value;
    std::uint32_t column = 0;
};

Assignment assignment_in(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return {};
    std::size_t start = equals + 1;
    while (start < line.size() && is_space(line[start])) ++start;
    const std::string_view key = trimmed(line.substr(0, equals));
    std::string_view value = line.substr(start);
    const bool is_quoted = value.starts_with('"') || value.starts_with('\'');
    if (!is_quoted) value = value.substr(0, value.find('#'));
    const auto before = static_cast<std::uint32_t>(character_count(line.substr(0, start)));
    return {key, trimmed(value), before + 1};
}

TomlHint hint_for_truth(const Assignment& assignment, std::string_view word) {
    const std::string write = "write " + std::string{assignment.key} + " = ";
    if (word == "true" || word == "yes" || word == "on") {
        return {write + "true, in small letters and without quotes", assignment.column};
    }
    if (word == "false" || word == "no" || word == "off") {
        return {write + "false, in small letters and without quotes", assignment.column};
    }
    return {};
}

TomlHint hint_for_value(const Assignment& assignment, std::string_view error) {
    const std::string_view value = assignment.value;
    const char first = value.front();
    if (contains(value, "\xE2\x80\x9C") || contains(value, "\xE2\x80\x9D") ||
        contains(value, "\xE2\x80\x9E")) {
        return {"use straight quotes: \"", assignment.column};
    }
    if (first == '"' || first == '\'') {
        if (contains(error, "escape sequence")) {
            return {"in \"...\" write \\\\ for a backslash, or put the text in '...'", 0};
        }
        if (std::count(value.begin(), value.end(), first) % 2 == 1) {
            return {"the closing quote is missing", assignment.column};
        }
        return {};
    }
    TomlHint truth = hint_for_truth(assignment, lower(value));
    if (!truth.hint.empty() && value != "true" && value != "false") return truth;
    if (value.ends_with(';')) return {"lines have no ; at their end", 0};
    if (contains(error, "leading zero")) return {"numbers have no zeros in front", 0};
    if (first == '[' || first == '{') {
        const char closing = first == '[' ? ']' : '}';
        const bool is_open = value.find(closing) == std::string_view::npos;
        return {is_open ? std::string{"a "} + closing + " is missing" : "", 0};
    }
    if (contains(value, "=")) return {"write one key a line", 0};
    const bool is_text = is_letter(first) || contains(value, ":") || first == '/' || first == '.' ||
                         std::any_of(value.begin(), value.end(), is_letter) ||
                         std::count(value.begin(), value.end(), '.') > 1;
    if (is_text) {
        return {
            "text needs quotes: " + std::string{assignment.key} + " = \"" + excerpt(value) + '"',
            assignment.column};
    }
    return {};
}

}  // namespace

TomlHint hint_for(std::string_view line, std::string_view error) {
    const std::string_view content = trimmed(line);
    if (contains(error, "as array-of-tables") || contains(error, "existing array")) {
        return {"write [[name]] above every one of several, and [name] above a single table", 0};
    }
    if (contains(error, "cannot redefine existing table")) {
        return {"put everything of one table under one heading", 0};
    }
    if (contains(error, "cannot redefine")) return {"remove one of the two", 0};
    if (contains(error, "nested value depth")) return {};
    if (contains(error, "utf-8")) return {"save the file as UTF-8", 0};
    if (content.starts_with("//") || content.starts_with(';')) return {"comments begin with #", 0};
    if (content.starts_with('[') && !contains(content, "]")) return {"a ] is missing", 0};

    const Assignment assignment = assignment_in(line);
    const bool is_colon_first = content.find(':') < content.find('=');
    if (is_colon_first && !content.starts_with('"') && !content.starts_with('\'')) {
        return {"write key = value, with = instead of :", 0};
    }
    if (assignment.key.empty()) return {};
    if (assignment.value.empty()) return {"the value is missing", 0};
    return hint_for_value(assignment, error);
}

}  // namespace kleber::text
