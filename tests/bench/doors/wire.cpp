#include "tests/bench/doors/wire.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kleber::bench {
namespace {

[[noreturn]] void fail(const std::string& what, int number = errno) {
    throw std::system_error{number, std::generic_category(), what};
}

[[noreturn]] void fail_of_tls(const std::string& what) {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    throw std::runtime_error{what + ": " + text.data()};
}

runtime::FileDescriptor begin_to_connect(std::uint16_t port) {
    runtime::FileDescriptor made{
        ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
    if (!made.is_open()) fail("socket");
    const int yes = 1;
    ::setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 &&
        errno != EINPROGRESS) {
        fail("connect");
    }
    return made;
}

}  // namespace

Wire::Wire(std::uint16_t port, const TlsClients* tls, TlsTicket& ticket)
    : socket_(begin_to_connect(port)), tls_(tls), ticket_(ticket) {}

Wire::~Wire() {
    if (!connection_) return;
    // It goes without a word, but the ticket is good nevertheless: OpenSSL takes such an end for a
    // bad one otherwise.
    SSL_set_shutdown(connection_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(connection_);
}

bool Wire::connect() {
    if (!is_connected_) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) fail("connect", error);
        sockaddr_in peer{};
        size = sizeof peer;
        if (::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size) < 0) {
            return false;
        }
        is_connected_ = true;
        is_blocked_ = false;
        if (tls_) connection_ = tls_->make_connection(socket_.get(), ticket_);
    }
    return !connection_ || shake_hands();
}

bool Wire::shake_hands() {
    ERR_clear_error();
    const int result = SSL_connect(connection_);
    const int error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(connection_, result);
    is_blocked_ = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_NONE) return true;
    if (error == SSL_ERROR_SYSCALL) fail("TLS handshake");
    if (error != SSL_ERROR_WANT_READ && !is_blocked_) fail_of_tls("TLS handshake");
    return false;
}

std::size_t Wire::receive(std::span<std::uint8_t> room) {
    if (connection_) return receive_tls(room);
    const ssize_t size = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (size == 0) throw std::runtime_error{"the broker closed a connection"};
    if (size < 0 && errno != EAGAIN) fail("recv");
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

std::size_t Wire::receive_tls(std::span<std::uint8_t> room) {
    std::size_t size = 0;
    while (size < room.size()) {
        std::size_t count = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(connection_, room.data() + size, room.size() - size, &count);
        size += count;
        if (result == 1) continue;
        const int error = SSL_get_error(connection_, result);
        if (error == SSL_ERROR_ZERO_RETURN) throw std::runtime_error{"the broker closed TLS"};
        if (error == SSL_ERROR_SYSCALL) fail("TLS read");
        if (error != SSL_ERROR_WANT_READ) fail_of_tls("TLS read");
        break;
    }
    may_have_more_ = size == room.size();
    return size;
}

std::size_t Wire::send(Bytes bytes) {
    if (connection_) return send_tls(bytes);
    const ssize_t size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN) fail("send");
    is_blocked_ = size < static_cast<ssize_t>(bytes.size());
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

std::size_t Wire::send_tls(Bytes bytes) {
    std::size_t sent = 0;
    is_blocked_ = false;
    // One record at a time.
    while (sent < bytes.size() && !is_blocked_) {
        std::size_t count = 0;
        ERR_clear_error();
        const int result =
            SSL_write_ex(connection_, bytes.data() + sent, bytes.size() - sent, &count);
        sent += count;
        const int error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(connection_, result);
        is_blocked_ = error == SSL_ERROR_WANT_WRITE;
        if (error == SSL_ERROR_SYSCALL) fail("TLS write");
        if (error != SSL_ERROR_NONE && !is_blocked_) fail_of_tls("TLS write");
    }
    return sent;
}

bool Wire::is_resumed() const {
    return connection_ && SSL_session_reused(connection_) == 1;
}

}  // namespace kleber::bench
