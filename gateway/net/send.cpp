#include "gateway/net/send.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace kleber::net {
namespace {

constexpr std::size_t kPieces = 32;

// Large payloads lie elsewhere: what is to be written comes in pieces.
ssize_t send_pieces(int socket, const connection::Outgoing& out) {
    std::array<connection::Piece, kPieces> pieces;
    std::array<iovec, kPieces> vectors;
    const std::size_t count = out.gather(pieces);
    for (std::size_t index = 0; index < count; ++index) {
        vectors[index] = {const_cast<std::uint8_t*>(pieces[index].data), pieces[index].size};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

}  // namespace

Sending send_all(int socket, connection::Outgoing& out) {
    while (!out.empty()) {
        const connection::Piece plain = out.plain();
        const ssize_t sent = plain.size > 0 ? ::send(socket, plain.data, plain.size, MSG_NOSIGNAL)
                                            : send_pieces(socket, out);
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
