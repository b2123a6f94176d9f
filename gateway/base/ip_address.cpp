#include "gateway/base/ip_address.hpp"

#include <charconv>
#include <cstddef>
#include <span>

namespace kleber {
namespace {

constexpr std::size_t kV4Bytes = 4;
constexpr std::size_t kV6Bytes = 16;
constexpr std::size_t kGroupBytes = 2;
constexpr std::size_t kGroupDigits = 4;

// The whole of `text` is one number of so many digits at most.
std::optional<unsigned> number_of(std::string_view text, int base, std::size_t digits_max) {
    unsigned number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (text.size() > digits_max || error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

// Takes what is before the next `separator`, and that.
std::string_view take_until(char separator, std::string_view& text) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::optional<std::array<std::uint8_t, kV4Bytes>> parse_v4(std::string_view text) {
    if (text.ends_with('.')) return std::nullopt;
    std::array<std::uint8_t, kV4Bytes> bytes{};
    for (std::uint8_t& byte : bytes) {
        const std::string_view part = take_until('.', text);
        const auto number = number_of(part, 10, 3);
        // With a leading zero others would read it as octal.
        const bool is_doubtful = part.size() > 1 && part.front() == '0';
        if (!number || *number > 0xFF || is_doubtful) return std::nullopt;
        byte = static_cast<std::uint8_t>(*number);
    }
    if (!text.empty()) return std::nullopt;
    return bytes;
}

// The groups at one side of "::", or all of them; how many bytes they are.
std::optional<std::size_t> read_groups(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.ends_with(':')) return std::nullopt;
    std::size_t size = 0;
    while (!text.empty()) {
        const std::string_view part = take_until(':', text);
        const bool is_v4 = part.find('.') != std::string_view::npos;
        const std::size_t part_bytes = is_v4 ? kV4Bytes : kGroupBytes;
        if (bytes.size() - size < part_bytes) return std::nullopt;
        if (is_v4) {
            const auto v4 = parse_v4(part);
            if (!v4 || !text.empty()) return std::nullopt;
            std::copy(v4->begin(), v4->end(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        } else {
            const auto number = number_of(part, 16, kGroupDigits);
            if (!number) return std::nullopt;
            bytes[size] = static_cast<std::uint8_t>(*number >> 8);
            bytes[size + 1] = static_cast<std::uint8_t>(*number & 0xFF);
        }
        size += part_bytes;
    }
    return size;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
    IpAddress address;
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        if (read_groups(text, address.bytes) != kV6Bytes) return std::nullopt;
        return address;
    }
    const std::string_view before = text.substr(0, gap);
    // It is the end of an address, or of none.
    if (before.find('.') != std::string_view::npos) return std::nullopt;
    // The gap stands for one group at least.
    constexpr std::size_t kRoom = kV6Bytes - kGroupBytes;
    const std::span<std::uint8_t> all = address.bytes;
    const auto front = read_groups(before, all.first(kRoom));
    if (!front) return std::nullopt;
    std::array<std::uint8_t, kRoom> behind{};
    const auto back = read_groups(text.substr(gap + 2), std::span{behind}.first(kRoom - *front));
    if (!back) return std::nullopt;
    std::copy_n(behind.begin(), *back, all.last(*back).begin());
    return address;
}

}  // namespace

IpAddress IpAddress::of_v4(const std::array<std::uint8_t, 4>& bytes) {
    IpAddress address;
    const auto rest = std::copy(kV4Clothes.begin(), kV4Clothes.end(), address.bytes.begin());
    std::copy(bytes.begin(), bytes.end(), rest);
    return address;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    if (text.find(':') != std::string_view::npos) return parse_v6(text);
    const auto v4 = parse_v4(text);
    return v4 ? std::optional{IpAddress::of_v4(*v4)} : std::nullopt;
}

}  // namespace kleber
