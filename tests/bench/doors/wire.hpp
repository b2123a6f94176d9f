#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gateway/base/byte_reader.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "tests/bench/doors/tls_clients.hpp"

namespace kleber::bench {

// A connection to a port of this machine, plain or with TLS. Never blocks; what fails throws.
class Wire {
  public:
    // Begins to connect. `tls`: null for a plain one; it and the ticket outlive the wire.
    Wire(std::uint16_t port, const TlsClients* tls, TlsTicket& ticket);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    int descriptor() const { return socket_.get(); }
    // Goes on until bytes can go; then it is true. To be asked again when the descriptor is ready.
    bool connect();
    // How many bytes have arrived; 0: none by now.
    std::size_t receive(std::span<std::uint8_t> room);
    // There was more than room: receive() again without waiting.
    bool may_have_more() const { return may_have_more_; }
    // How many of them were taken.
    std::size_t send(Bytes bytes);
    // Nothing goes on before the descriptor can be written.
    bool is_blocked() const { return is_blocked_; }
    // The server took the ticket.
    bool is_resumed() const;

  private:
    bool shake_hands();
    std::size_t receive_tls(std::span<std::uint8_t> room);
    std::size_t send_tls(Bytes bytes);

    runtime::FileDescriptor socket_;
    const TlsClients* tls_;
    TlsTicket& ticket_;
    ssl_st* connection_ = nullptr;
    bool is_connected_ = false;
    bool is_blocked_ = true;
    bool may_have_more_ = false;
};

}  // namespace kleber::bench
