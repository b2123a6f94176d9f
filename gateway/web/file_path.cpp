#include "gateway/web/file_path.hpp"

#include <algorithm>
#include <optional>

namespace kleber::web {
namespace {

constexpr std::uint16_t kBadRequest = 400;
constexpr std::uint16_t kNotFound = 404;
constexpr std::string_view kWellKnown = ".well-known";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

// None if an escape is broken.
std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            result += text[at];
            continue;
        }
        if (text.size() - at < 3) return std::nullopt;
        const int high = hex_value(text[at + 1]);
        const int low = hex_value(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        result += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return result;
}

// Whether a file may have it that somebody from outside may see. A backslash is a slash to some.
bool is_served(std::string_view name, bool is_first) {
    if (name.empty() || name.find_first_of("/\\") != std::string_view::npos) return false;
    return name.front() != '.' || (is_first && name == kWellKnown);
}

bool is_unreserved(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           std::string_view{"-._~"}.find(character) != std::string_view::npos;
}

}  // namespace

Result<FilePath, std::uint16_t> file_path_from(std::string_view path) {
    if (path.empty() || path.front() != '/') return fail(kBadRequest);
    FilePath result;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        if (part.empty() && path.empty()) {
            result.is_folder = true;
            break;
        }
        std::optional<std::string> name = decoded(part);
        if (!name || name->find('\0') != std::string::npos) return fail(kBadRequest);
        if (!is_served(*name, result.names.empty())) return fail(kNotFound);
        result.names.push_back(*std::move(name));
    }
    return result;
}

std::string folder_target(const FilePath& path) {
    std::string target = "/";
    for (const std::string& name : path.names) {
        for (const char character : name) {
            if (is_unreserved(character)) {
                target += character;
                continue;
            }
            const auto byte = static_cast<unsigned char>(character);
            target += '%';
            target += kHexDigits[byte >> 4];
            target += kHexDigits[byte & 0xF];
        }
        target += '/';
    }
    return target;
}

}  // namespace kleber::web
