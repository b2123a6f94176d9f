#include "gateway/codec/proxy/header.hpp"

#include <algorithm>
#include <charconv>

namespace kleber::codec::proxy {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLineBegin = "PROXY ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;
// Signature, version and command, family and transport, length.
constexpr std::size_t kFixedBytes = 16;
constexpr std::uint8_t kVersion2 = 2;
constexpr std::uint8_t kTcpOverV4 = 0x11;
constexpr std::uint8_t kTcpOverV6 = 0x21;
constexpr std::size_t kV4Bytes = 4;
constexpr std::size_t kV6Bytes = 16;
constexpr std::size_t kPathBytes = 108;
constexpr std::size_t kPortBytes = 2;

enum class Command : std::uint8_t { Local = 0, Proxy = 1 };
enum class Family : std::uint8_t { Unspecified = 0, V4 = 1, V6 = 2, Unix = 3 };
constexpr std::uint8_t kTransportMax = 2;

HeaderResult refused(std::string_view reason) {
    return {.outcome = HeaderOutcome::Refused, .reason = reason};
}

HeaderResult complete(std::size_t size_bytes, std::optional<Client> client) {
    return {.outcome = HeaderOutcome::Complete, .client = client, .size_bytes = size_bytes};
}

// False as soon as a byte is another one.
bool may_begin_with(std::string_view text, std::string_view beginning) {
    const std::size_t size = std::min(text.size(), beginning.size());
    return text.substr(0, size) == beginning.substr(0, size);
}

std::string_view take_word(std::string_view& text) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return word;
}

std::optional<IpAddress> address_in(std::string_view word, bool is_v4) {
    // 192.0.2.1 is no address for TCP6, but ::ffff:192.0.2.1 is.
    const bool looks_v4 = word.find(':') == std::string_view::npos;
    return looks_v4 == is_v4 ? parse_ip_address(word) : std::nullopt;
}

std::optional<std::uint16_t> port_in(std::string_view word) {
    std::uint16_t port = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, port);
    const bool is_doubtful = word.size() > 1 && word.front() == '0';
    if (error != std::errc{} || stop != end || is_doubtful) return std::nullopt;
    return port;
}

// "PROXY TCP4 192.0.2.1 198.51.100.2 50112 1883"
HeaderResult next_line(std::string_view text) {
    const std::string_view begin = text.substr(0, kLineBytesMax);
    const std::size_t end = begin.find(kLineEnd);
    if (end == std::string_view::npos) {
        if (begin.size() == kLineBytesMax) return refused("its first line does not end");
        return {};
    }
    const std::size_t size_bytes = end + kLineEnd.size();
    std::string_view words = begin.substr(0, end).substr(kLineBegin.size());
    const std::string_view protocol = take_word(words);
    // Whatever is said of it.
    if (protocol == "UNKNOWN") return complete(size_bytes, std::nullopt);
    const bool is_v4 = protocol == "TCP4";
    if (!is_v4 && protocol != "TCP6") return refused("its protocol is none of version 1");
    const auto source = address_in(take_word(words), is_v4);
    const auto destination = address_in(take_word(words), is_v4);
    const auto source_port = port_in(take_word(words));
    // The last word: with a space behind it, or a further one, it is no number.
    const auto destination_port = port_in(words);
    if (!source || !destination) return refused("its addresses are none");
    if (!source_port || !destination_port) return refused("its ports are none");
    return complete(size_bytes, Client{*source, *source_port});
}

std::size_t address_bytes(Family family) {
    switch (family) {
        case Family::V4:
            return 2 * (kV4Bytes + kPortBytes);
        case Family::V6:
            return 2 * (kV6Bytes + kPortBytes);
        case Family::Unix:
            return 2 * kPathBytes;
        case Family::Unspecified:
            break;
    }
    return 0;
}

// Source, destination, their ports.
std::optional<Client> client_in(Bytes addresses, std::uint8_t protocol) {
    ByteReader in{addresses};
    Client client;
    if (protocol == kTcpOverV4) {
        std::array<std::uint8_t, kV4Bytes> source{};
        const Bytes bytes = in.take(kV4Bytes);
        std::copy(bytes.begin(), bytes.end(), source.begin());
        client.address = IpAddress::of_v4(source);
        in.take(kV4Bytes);
    } else if (protocol == kTcpOverV6) {
        const Bytes bytes = in.take(kV6Bytes);
        std::copy(bytes.begin(), bytes.end(), client.address.bytes.begin());
        in.take(kV6Bytes);
    } else {
        return std::nullopt;
    }
    client.port = in.u16();
    return client;
}

HeaderResult next_block(Bytes bytes) {
    ByteReader in{bytes};
    in.take(kSignature.size());
    const std::uint8_t version_and_command = in.u8();
    const std::uint8_t protocol = in.u8();
    const std::size_t length = in.u16();
    if (bytes.size() > kSignature.size()) {
        if (version_and_command >> 4 != kVersion2) return refused("its version is not 2");
        if ((version_and_command & 0x0F) > static_cast<std::uint8_t>(Command::Proxy)) {
            return refused("its command is unknown");
        }
    }
    if (bytes.size() < kFixedBytes) return {};
    const std::size_t size_bytes = kFixedBytes + length;
    if (size_bytes > kHeaderBytesMax) return refused("it is too long");

    const bool is_local = (version_and_command & 0x0F) == static_cast<std::uint8_t>(Command::Local);
    const auto family = static_cast<Family>(protocol >> 4);
    // What LOCAL says of addresses does not count.
    if (!is_local) {
        if (family > Family::Unix || (protocol & 0x0F) > kTransportMax) {
            return refused("its family or transport is unknown");
        }
        if (length < address_bytes(family)) return refused("its addresses are cut off");
    }
    if (bytes.size() < size_bytes) return {};
    if (is_local) return complete(size_bytes, std::nullopt);
    return complete(size_bytes, client_in(in.take(length), protocol));
}

}  // namespace

HeaderResult next_header(Bytes bytes) {
    const std::string_view text = as_text(bytes);
    if (may_begin_with(text, kLineBegin)) return next_line(text);
    if (may_begin_with(text, kSignature)) return next_block(bytes);
    return refused("it does not begin with a header of the PROXY protocol");
}

}  // namespace kleber::codec::proxy
