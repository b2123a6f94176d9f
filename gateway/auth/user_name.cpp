#include "gateway/auth/user_name.hpp"

#include "gateway/base/utf8.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::auth {

namespace {

// C0, DEL, and C1 as UTF-8 writes it.
bool has_control(std::string_view text) {
    const auto byte_at = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (byte_at(at) < 0x20 || byte_at(at) == 0x7F) return true;
        if (byte_at(at) == 0xC2 && at + 1 < text.size() && byte_at(at + 1) < 0xA0) return true;
    }
    return false;
}

}  // namespace

std::optional<std::string> problem_of_name(std::string_view name) {
    if (name.empty()) return "must not be empty";
    if (name.size() > kNameBytesMax) {
        return "is longer than " + std::to_string(kNameBytesMax) + " bytes";
    }
    if (!is_mqtt_utf8(name)) return "is not UTF-8";
    if (has_control(name)) return "contains control characters";
    return std::nullopt;
}

std::optional<std::string> problem_of_filter(std::string_view filter) {
    if (filter.starts_with("$share/")) {
        return "is a shared subscription; write the filter after $share/GROUP/";
    }
    if (has_control(filter)) return "contains control characters";
    if (!is_mqtt_utf8(filter) || !topic::is_valid_filter(filter)) return "is no topic filter";
    return std::nullopt;
}

}  // namespace kleber::auth
