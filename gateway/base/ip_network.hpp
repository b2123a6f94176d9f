#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/ip_address.hpp"

namespace kleber {

// Neighbouring addresses, all of IPv4 or all of IPv6: 192.0.2.0/24; or one alone.
class IpNetwork {
  public:
    // None where it is neither an address nor a network, or where bits are set that the number
    // behind the slash leaves out.
    static std::optional<IpNetwork> parse(std::string_view text);

    bool contains(const IpAddress& address) const;

  private:
    IpNetwork(const IpAddress& first, unsigned bits) : first_(first), bits_(bits) {}

    IpAddress first_;
    unsigned bits_;  // that all have in common, of 128
};

}  // namespace kleber
