#include "gateway/net/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace kleber::net {
namespace {

const sockaddr_in* as_v4(const Address& address) {
    if (address.storage.ss_family != AF_INET) return nullptr;
    return reinterpret_cast<const sockaddr_in*>(&address.storage);
}
const sockaddr_in6* as_v6(const Address& address) {
    if (address.storage.ss_family != AF_INET6) return nullptr;
    return reinterpret_cast<const sockaddr_in6*>(&address.storage);
}
// Callers of a socket that is a file have no address of their own.
constexpr const char* kFileName = "unix";
bool is_file(const Address& address) {
    return address.storage.ss_family == AF_UNIX;
}
bool is_mapped_v4(const sockaddr_in6& address) {
    return IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
}

}  // namespace

Address Address::of(const IpAddress& ip, std::uint16_t port) {
    Address address;
    if (ip.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::copy(ip.bytes.begin() + ip.kV4Clothes.size(), ip.bytes.end(),
                  reinterpret_cast<std::uint8_t*>(&v4.sin_addr));
        std::memcpy(&address.storage, &v4, sizeof v4);
        address.size = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::copy(ip.bytes.begin(), ip.bytes.end(), v6.sin6_addr.s6_addr);
        std::memcpy(&address.storage, &v6, sizeof v6);
        address.size = sizeof v6;
    }
    return address;
}

std::optional<IpAddress> Address::ip() const {
    if (const sockaddr_in* v4 = as_v4(*this)) {
        std::array<std::uint8_t, sizeof v4->sin_addr> bytes{};
        std::memcpy(bytes.data(), &v4->sin_addr, bytes.size());
        return IpAddress::of_v4(bytes);
    }
    if (const sockaddr_in6* v6 = as_v6(*this)) {
        IpAddress address;
        std::copy_n(v6->sin6_addr.s6_addr, address.bytes.size(), address.bytes.begin());
        return address;
    }
    return std::nullopt;
}

std::string Address::host() const {
    if (is_file(*this)) return kFileName;
    char text[INET6_ADDRSTRLEN] = "";
    if (const sockaddr_in* v4 = as_v4(*this)) {
        ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    } else if (const sockaddr_in6* v6 = as_v6(*this)) {
        if (is_mapped_v4(*v6)) {
            ::inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, text, sizeof text);
        } else {
            ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        }
    }
    return text;
}

std::string Address::text() const {
    if (is_file(*this)) return kFileName;
    const std::string plain = host();
    const bool needs_brackets = plain.find(':') != std::string::npos;
    return (needs_brackets ? '[' + plain + ']' : plain) + ':' + std::to_string(port());
}

std::uint16_t Address::port() const {
    if (const sockaddr_in* v4 = as_v4(*this)) return ntohs(v4->sin_port);
    if (const sockaddr_in6* v6 = as_v6(*this)) return ntohs(v6->sin6_port);
    return 0;
}

bool Address::is_loopback() const {
    if (is_file(*this)) return true;
    if (const sockaddr_in* v4 = as_v4(*this)) {
        return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
    }
    if (const sockaddr_in6* v6 = as_v6(*this)) {
        return is_mapped_v4(*v6) ? v6->sin6_addr.s6_addr[12] == 127
                                 : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
    return false;
}

std::string host_in(std::string_view text) {
    std::string_view host = text.substr(0, text.rfind(':'));
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    return std::string{host};
}

std::string origin_in(std::string_view text) {
    constexpr std::size_t kNetworkBytes = 8;
    std::string host = host_in(text);
    if (host == kFileName || host.starts_with("127.")) return {};
    in6_addr bytes{};
    if (::inet_pton(AF_INET6, host.c_str(), &bytes) != 1) return host;
    if (IN6_IS_ADDR_LOOPBACK(&bytes)) return {};
    // On one wire everybody has an address of the same network.
    if (IN6_IS_ADDR_LINKLOCAL(&bytes)) return host;
    std::memset(bytes.s6_addr + kNetworkBytes, 0, sizeof bytes.s6_addr - kNetworkBytes);
    char network[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET6, &bytes, network, sizeof network);
    return std::string{network} + "/64";
}

Address local_address(int fd) {
    Address address;
    address.size = sizeof address.storage;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size);
    return address;
}

Result<std::vector<Address>, std::string> resolve(const std::string& host, std::uint16_t port,
                                                  Purpose purpose) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (purpose == Purpose::Listen ? AI_PASSIVE : 0);
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) return fail(host + ": " + ::gai_strerror(error));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{found, ::freeaddrinfo};
    std::vector<Address> addresses;
    for (const addrinfo* at = found; at; at = at->ai_next) {
        Address address;
        std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
        address.size = at->ai_addrlen;
        addresses.push_back(address);
    }
    return addresses;
}

}  // namespace kleber::net
