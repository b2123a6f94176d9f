#pragma once

#include <memory>
#include <string>

#include "gateway/net/tls_context.hpp"
#include "gateway/runtime/file_descriptor.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace kleber::net {

// A folder with a small authority, a server's certificate, a client's ("sensor-7"), and a list on
// which that is void.
class Certificates {
  public:
    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    std::string file(const std::string& name) const { return folder_ + "/" + name; }
    TlsSettings settings() const {
        return {.certificate = file("server.pem"), .key = file("server.key")};
    }

  private:
    std::string folder_;
};

// The client's end of a TLS connection in memory, made by OpenSSL itself.
class TlsPeer {
  public:
    struct Options {
        bool has_certificate = false;
        int version_max = 0;   // OpenSSL's number; 0: the latest
        std::string psk = {};  // for the identity "sensor-7"
    };
    TlsPeer(const Certificates& certificates, const Options& options, int socket);
    ~TlsPeer();
    TlsPeer(const TlsPeer&) = delete;
    TlsPeer& operator=(const TlsPeer&) = delete;

    // True when it is through.
    bool shake_hands();
    bool has_failed() const { return has_failed_; }
    // All of it, or the test fails.
    void write(std::string_view text);
    // Takes new keys so often, and asks for ours each time, as far as the socket takes them.
    // Records are filled up to a multiple of so many bytes.
    void renew_keys(int count, std::size_t block_bytes = 0);
    // Ends its half.
    void say_goodbye();
    // What is there.
    std::string read();
    std::string chosen_protocol() const;

  private:
    ssl_ctx_st* context_;
    ssl_st* connection_;
    std::string psk_;
    bool has_failed_ = false;
};

}  // namespace kleber::net
