#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kleber {

// An address of IPv4 or IPv6, without a port. One of IPv4 in IPv6's clothes (::ffff:192.0.2.1) is
// the same as without them.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};  // as IPv6

    static IpAddress of_v4(const std::array<std::uint8_t, 4>& bytes);
    bool is_v4() const { return std::equal(kV4Clothes.begin(), kV4Clothes.end(), bytes.begin()); }

    bool operator==(const IpAddress&) const = default;

    static constexpr std::array<std::uint8_t, 12> kV4Clothes{0, 0, 0, 0, 0,    0,
                                                             0, 0, 0, 0, 0xFF, 0xFF};
};

// What people and protocols write: 192.0.2.1 in four decimal numbers without leading zeros; IPv6 as
// in RFC 4291, 2.2, without a zone.
std::optional<IpAddress> parse_ip_address(std::string_view text);

}  // namespace kleber
