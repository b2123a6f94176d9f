#include "gateway/base/ip_network.hpp"

#include <charconv>
#include <cstddef>

namespace kleber {
namespace {

constexpr unsigned kBits = 128;
constexpr unsigned kBitsBeforeV4 = 8 * IpAddress::kV4Clothes.size();

IpAddress first_of(IpAddress address, unsigned bits) {
    for (std::size_t index = 0; index < address.bytes.size(); ++index) {
        const unsigned before = static_cast<unsigned>(index) * 8;
        const unsigned kept = bits <= before ? 0 : std::min(bits - before, 8U);
        address.bytes[index] &= static_cast<std::uint8_t>(0xFF00U >> kept);
    }
    return address;
}

}  // namespace

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view number = slash < text.size() ? text.substr(slash + 1) : "";
    const auto address = parse_ip_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return IpNetwork{*address, kBits};

    unsigned bits = 0;
    const char* end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, bits);
    const bool is_doubtful = number.size() > 1 && number.front() == '0';
    if (error != std::errc{} || stop != end || is_doubtful) return std::nullopt;
    const bool is_in_clothes = text.find(':') < slash;
    if (bits > (is_in_clothes ? kBits : kBits - kBitsBeforeV4)) return std::nullopt;
    if (!is_in_clothes) bits += kBitsBeforeV4;
    if (first_of(*address, bits) != *address) return std::nullopt;
    return IpNetwork{*address, bits};
}

bool IpNetwork::contains(const IpAddress& address) const {
    return address.is_v4() == first_.is_v4() && first_of(address, bits_) == first_;
}

}  // namespace kleber
