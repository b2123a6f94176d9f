#include "gateway/config/checks.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "gateway/base/ip_network.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::config {

namespace {

constexpr std::size_t kHostMax = 253;        // RFC 1035
constexpr std::size_t kPathMax = 4095;       // PATH_MAX without its NUL
constexpr std::size_t kSocketPathMax = 107;  // sun_path without its NUL
constexpr std::size_t kNameMax = 64;
constexpr std::size_t kMountPointMax = 200;
constexpr std::size_t kInterfaceMax = 15;  // IFNAMSIZ without its NUL

bool is_ip_address(const std::string& address, int family) {
    in6_addr bytes{};
    return inet_pton(family, address.c_str(), &bytes) == 1;
}

bool is_letter_or_digit(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

bool is_host_letter(char letter) {
    return is_letter_or_digit(letter) || letter == '-' || letter == '.' || letter == '_';
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
    });
}

std::optional<Problem> empty_or_control(std::string_view text) {
    if (text.empty()) return Problem{"must not be empty"};
    if (has_control(text)) return Problem{"contains control characters"};
    return std::nullopt;
}

}  // namespace

std::optional<Problem> check_address(std::string_view address) {
    if (auto problem = empty_or_control(address)) {
        problem->hint = "write \"::\" for all addresses of this machine";
        return problem;
    }
    const std::string text{address};
    const std::string shown = '"' + text::excerpt(address) + '"';
    // fe80::1%eth0: the zone is the system's to check.
    const std::string without_zone = text.substr(0, text.find('%'));
    if (is_ip_address(text, AF_INET) || is_ip_address(without_zone, AF_INET6)) return std::nullopt;

    if (text.starts_with('[')) {
        return Problem{shown + " is no address", "write an IPv6 address without brackets"};
    }
    const auto colons = std::count(text.begin(), text.end(), ':');
    if (colons > 1) return Problem{shown + " is no IPv6 address"};
    if (colons == 1) {
        return Problem{shown + " is no address", "the port has a key of its own: port = 1883"};
    }
    const bool is_numeric = std::all_of(text.begin(), text.end(), [](char letter) {
        return letter == '.' || (letter >= '0' && letter <= '9');
    });
    if (is_numeric) return Problem{shown + " is no IPv4 address"};
    const bool is_host = std::all_of(text.begin(), text.end(), is_host_letter) &&
                         is_letter_or_digit(text.front()) && text.size() <= kHostMax;
    if (!is_host) return Problem{shown + " is neither an address nor a host name"};
    return std::nullopt;
}

std::optional<Problem> check_path(std::string_view path) {
    if (auto problem = empty_or_control(path)) return problem;
    if (path.size() > kPathMax) {
        return Problem{"is longer than " + std::to_string(kPathMax) + " bytes"};
    }
    if (path.starts_with("~")) {
        return Problem{'"' + text::excerpt(path) + "\" begins with ~", "write the whole path"};
    }
    return std::nullopt;
}

std::optional<Problem> check_socket_path(std::string_view path) {
    if (path.size() > kSocketPathMax) {
        return Problem{"is longer than the " + std::to_string(kSocketPathMax) +
                       " bytes that a socket's path may have"};
    }
    return check_path(path);
}

std::optional<Problem> check_interface(std::string_view name) {
    if (auto problem = empty_or_control(name)) return problem;
    if (name.size() > kInterfaceMax || name.find_first_of("/ ") != std::string_view::npos) {
        return Problem{'"' + text::excerpt(name) + "\" is no interface",
                       "`ip link` shows those of this machine: eth0, wlan0"};
    }
    return std::nullopt;
}

std::optional<Problem> check_origin(std::string_view origin) {
    if (auto problem = empty_or_control(origin)) return problem;
    const std::size_t scheme_end = origin.find("://");
    const std::string_view host =
        scheme_end == std::string_view::npos ? "" : origin.substr(scheme_end + 3);
    if (scheme_end == 0 || host.empty() || host.find_first_of("/?#@ *") != std::string_view::npos) {
        return Problem{'"' + text::excerpt(origin) + "\" is no origin",
                       "write scheme, host and port as browsers do: https://home.example:8443"};
    }
    return std::nullopt;
}

std::optional<Problem> check_network(std::string_view network) {
    if (auto problem = empty_or_control(network)) return problem;
    if (IpNetwork::parse(network)) return std::nullopt;
    return Problem{
        '"' + text::excerpt(network) + "\" is neither an address nor a network",
        "write 192.0.2.7, or 192.0.2.0/24 for all that have the first 24 bits in common, "
        "with zeros behind those"};
}

std::optional<Problem> check_filter(std::string_view filter) {
    if (auto problem = empty_or_control(filter)) return problem;
    const std::string shown = '"' + text::excerpt(filter) + '"';
    if (filter.starts_with("$share/")) {
        return Problem{shown + " is a shared subscription", "write the filter after $share/GROUP/"};
    }
    if (!topic::is_valid_filter(filter)) {
        return Problem{shown + " is no topic filter",
                       "+ and # stand for whole levels, # only for the last: home/+/temperature"};
    }
    return std::nullopt;
}

std::optional<Problem> check_mount_point(std::string_view prefix) {
    if (auto problem = empty_or_control(prefix)) return problem;
    const std::string shown = '"' + text::excerpt(prefix) + '"';
    if (prefix.size() > kMountPointMax) {
        return Problem{"is longer than " + std::to_string(kMountPointMax) + " bytes"};
    }
    if (!topic::is_valid_name(prefix) || prefix.starts_with('$')) {
        return Problem{shown + " contains + or #, or begins with $",
                       "it becomes the beginning of topics"};
    }
    if (!prefix.ends_with('/')) {
        return Problem{shown + " has no slash at its end", "write mount_point = \"guests/\""};
    }
    return std::nullopt;
}

std::optional<Problem> check_gateway_name(std::string_view name) {
    if (auto problem = empty_or_control(name)) return problem;
    if (text::character_count(name) > kNameMax) {
        return Problem{"is longer than " + std::to_string(kNameMax) + " characters"};
    }
    if (name.find_first_of("+#/") != std::string_view::npos || name.starts_with('$')) {
        return Problem{'"' + text::excerpt(name) + "\" contains +, # or /, or begins with $",
                       "the name becomes part of topics"};
    }
    return std::nullopt;
}

}  // namespace kleber::config
