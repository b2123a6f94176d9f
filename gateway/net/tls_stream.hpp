#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/net/stream.hpp"
#include "gateway/net/tls_context.hpp"

namespace kleber::net {

// TLS over a socket that does not block, the server's side. Holds no buffer of its own while
// nothing is under way.
class TlsStream final : public Stream {
  public:
    // The socket is somebody else's, and outlives it. None without memory.
    static std::unique_ptr<TlsStream> make(std::shared_ptr<const TlsContext> context, int socket);
    ~TlsStream() override;

    enum class Handshake : std::uint8_t { Done, WantsToRead, WantsToWrite, Failed };
    // Goes on with it, until Done; the link uses the stream only then.
    Handshake shake_hands();
    // After Failed: why, for people.
    const std::string& failure() const { return failure_; }

    // Whom the client has proven to be, once hands are shaken: what its certificate names, if the
    // context says so, or the identity of its pre-shared key. Empty: nobody in particular.
    std::string user() const;
    // The common name of the certificate that it has shown and that was found good, whatever the
    // context makes of it. Empty: none, or none that is fit for a name.
    std::string certificate_name() const;
    // "TLSv1.3"
    const char* version() const;

    Received receive(std::span<std::uint8_t> room) override;
    Sending send(connection::Outgoing& out) override;
    bool has_pending() const override;
    bool wants_to_write() const override { return wants_to_write_; }
    bool say_goodbye() override;

  private:
    // More new keys in one turn are an attack: the connection ends.
    static constexpr int kNewKeysMax = 1000;

    explicit TlsStream(std::shared_ptr<const TlsContext> context) : context_(std::move(context)) {}
    static void on_message(int is_ours, int version, int type, const void* bytes, std::size_t size,
                           ssl_st* connection, void* stream);

    std::shared_ptr<const TlsContext> context_;
    std::string psk_identity_;
    ssl_st* connection_ = nullptr;
    int new_keys_ = 0;              // that the client has taken in this turn
    bool may_have_more_ = true;     // beside what was received last
    std::optional<Receiving> end_;  // that came behind it
    bool wants_to_write_ = false;   // to be able to read
    bool is_over_ = false;          // nothing more can be said
    std::string failure_;
};

}  // namespace kleber::net
