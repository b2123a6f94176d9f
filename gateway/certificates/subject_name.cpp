#include "gateway/certificates/subject_name.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

namespace kleber::certificates {
namespace {

constexpr std::size_t kNameMax = 253;
constexpr std::size_t kLabelMax = 63;

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Machines do have names with an underscore, and clients compare them like others.
bool is_allowed(char letter) {
    return (letter >= 'a' && letter <= 'z') || is_digit(letter) || letter == '-' || letter == '_';
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLabelMax &&
           std::all_of(label.begin(), label.end(), is_allowed) && label.front() != '-' &&
           label.back() != '-';
}

bool is_dns_name(std::string_view name) {
    if (name.empty() || name.size() > kNameMax) return false;
    if (name.starts_with("*.")) name.remove_prefix(2);
    while (true) {
        const std::size_t dot = name.find('.');
        const std::string_view label = name.substr(0, dot);
        if (!is_label(label)) return false;
        // The last one of only digits: an address with an error in it.
        if (dot == std::string_view::npos)
            return !std::all_of(label.begin(), label.end(), is_digit);
        name.remove_prefix(dot + 1);
    }
}

std::optional<std::string> address(const std::string& text) {
    for (const int family : {AF_INET, AF_INET6}) {
        in6_addr bytes{};
        char shortest[INET6_ADDRSTRLEN];
        if (::inet_pton(family, text.c_str(), &bytes) == 1 &&
            ::inet_ntop(family, &bytes, shortest, sizeof shortest)) {
            return shortest;
        }
    }
    return std::nullopt;
}

}  // namespace

Result<SubjectName, std::string> subject_name(std::string_view text) {
    std::string name{text};
    if (name.find('\0') == std::string::npos) {
        if (auto found = address(name)) return SubjectName{SubjectName::Kind::Address, *found};
    }
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    if (name.ends_with('.')) name.pop_back();
    if (is_dns_name(name)) return SubjectName{SubjectName::Kind::Dns, std::move(name)};
    return fail("\"" + std::string{text} +
                "\" is no name and no address of a machine; write for example mqtt.home, "
                "192.168.1.5 or fd00::5, without a port");
}

}  // namespace kleber::certificates
