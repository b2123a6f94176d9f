#include "gateway/net/listen_tcp.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace kleber::net {
namespace {

void set_option(int fd, int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
}

bool bind_to(int fd, const Address& address) {
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0;
}

}  // namespace

Result<Listening, std::string> listen_tcp(const Address& address, const std::string& interface) {
    const auto failure = [&](const std::string& what) {
        return fail(address.text() + ": " + what + ": " + std::strerror(errno));
    };
    Listening listening{
        .socket = runtime::FileDescriptor{
            ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)}};
    const int fd = listening.socket.get();
    if (fd < 0) return failure("socket");
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.storage.ss_family == AF_INET6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    // Accepted sockets inherit these: no system call for each.
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (!interface.empty() && ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                                           static_cast<socklen_t>(interface.size())) != 0) {
        return failure("interface " + interface);
    }
    if (!bind_to(fd, address)) {
        if (errno != EADDRNOTAVAIL) return failure("bind");
        // A network may come up later than the gateway.
        listening.is_address_here = false;
        set_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
        if (!bind_to(fd, address)) return failure("bind");
    }
    if (::listen(fd, SOMAXCONN) != 0) return failure("listen");
    return listening;
}

}  // namespace kleber::net
