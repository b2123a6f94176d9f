#include "gateway/net/send.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace kleber::net {
namespace {

constexpr std::size_t kPieces = 32;

}  // namespace

Sending send_all(int socket, connection::Outgoing& out) {
    while (!out.empty()) {
        std::array<connection::Piece, kPieces> pieces;
        const std::size_t count = out.gather(pieces);
        std::array<iovec, kPieces> vectors;
        for (std::size_t index = 0; index < count; ++index) {
            vectors[index] = {const_cast<std::uint8_t*>(pieces[index].data), pieces[index].size};
        }
        msghdr message{};
        message.msg_iov = vectors.data();
        message.msg_iovlen = count;
        const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            out.consume(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            return Sending::Blocked;
        } else if (errno != EINTR) {
            return Sending::Broken;
        }
    }
    return Sending::Done;
}

}  // namespace kleber::net
