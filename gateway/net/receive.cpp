#include "gateway/net/receive.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace kleber::net {

Received receive(int socket, std::span<std::uint8_t> room) {
    const ssize_t count = ::recv(socket, room.data(), room.size(), 0);
    if (count > 0) return {Receiving::Some, static_cast<std::size_t>(count)};
    if (count == 0) return {Receiving::Ended, 0};
    return {errno == EAGAIN || errno == EINTR ? Receiving::Nothing : Receiving::Broken, 0};
}

}  // namespace kleber::net
