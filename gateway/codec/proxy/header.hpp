#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/ip_address.hpp"

// The PROXY protocol, versions 1 and 2, of HAProxy: what a proxy says of the client behind it
// before it passes on the first byte. (haproxy.org: doc/proxy-protocol.txt)
namespace kleber::codec::proxy {

struct Client {
    IpAddress address;
    std::uint16_t port = 0;
};

// A longer one is no version 1; one of version 2 is refused: certificates in its extensions would
// be as long, but nobody here reads them.
constexpr std::size_t kLineBytesMax = 107;
constexpr std::size_t kHeaderBytesMax = 4096;

enum class HeaderOutcome : std::uint8_t { Complete, Incomplete, Refused };

struct HeaderResult {
    HeaderOutcome outcome = HeaderOutcome::Incomplete;
    // Complete: for whom the proxy speaks. None: for itself (version 2's LOCAL), or for somebody
    // who did not come by TCP or is not told.
    std::optional<Client> client{};
    std::size_t size_bytes = 0;  // Complete: of the header
    std::string_view reason{};   // Refused: for people
};

// Looks for a header at the start of `bytes`. What cannot become one is refused as early as that
// can be told; what version 2 has behind the addresses is left alone.
HeaderResult next_header(Bytes bytes);

}  // namespace kleber::codec::proxy
