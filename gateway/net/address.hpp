#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/ip_address.hpp"
#include "gateway/base/result.hpp"

namespace kleber::net {

// A socket's address, and how a person reads it.
struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    static Address of(const IpAddress& ip, std::uint16_t port);

    // None of a socket that is a file.
    std::optional<IpAddress> ip() const;
    std::string host()
        const;  // 192.168.1.7; an IPv4 address in IPv6's clothes is undressed; "unix"
    std::string text() const;  // 192.168.1.7:50112, [fe80::1]:50112, "unix"
    std::uint16_t port() const;
    bool is_loopback() const;
};

// The host() of what the text() is.
std::string host_in(std::string_view text);

// Where somebody with that text() comes from, for limits: the host, but of IPv6 the whole network,
// 2001:db8:1:2::/64, since whoever has one of its addresses has them all. Empty: from this machine.
std::string origin_in(std::string_view text);

// The address that a socket is bound to.
Address local_address(int fd);

// The addresses of a host name or number. Blocks while names are looked up: for starting up and for
// command line tools. The error is a sentence.
enum class Purpose : std::uint8_t { Listen, Connect };
Result<std::vector<Address>, std::string> resolve(const std::string& host, std::uint16_t port,
                                                  Purpose purpose);

}  // namespace kleber::net
