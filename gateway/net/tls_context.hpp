#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace kleber::net {

enum class ClientCertificate : std::uint8_t { None, Optional, Required };
// What of a client's certificate is the name of its user, if it has one.
enum class CertificateUser : std::uint8_t { None, CommonName, Subject };
enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

// What a TLS listener offers and wants.
struct TlsSettings {
    // File, PEM: ours first, then those that lead to the authority. Empty: pre-shared keys instead.
    std::string certificate = {};
    std::string key = {};          // file, PEM
    std::string authorities = {};  // file, PEM: who may vouch for clients; empty: nobody
    std::string revoked = {};      // file, PEM: certificates of clients that are void; empty: none
    ClientCertificate client_certificate = ClientCertificate::None;
    CertificateUser certificate_user = CertificateUser::None;
    TlsVersion version_min = TlsVersion::Tls12;

    bool operator==(const TlsSettings&) const = default;
};

// A pre-shared key by its identity; none if nobody has that. Called on any thread.
using FindPsk = std::function<std::optional<std::vector<std::uint8_t>>(std::string_view identity)>;

// Certificates and rules, read once: shared by all connections that began while it was in force, so
// that new files change nothing for those that are there. Used on any thread.
class TlsContext {
  public:
    // The error is a sentence with the file's name.
    static Result<std::shared_ptr<const TlsContext>, std::string> load(const TlsSettings& settings,
                                                                       FindPsk find_psk = {});
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    // A connection's own part, for a server; null without memory. `psk_identity`, which outlives
    // it, is set when a pre-shared key is used.
    ssl_st* make_connection(std::string& psk_identity) const;
    CertificateUser certificate_user() const { return certificate_user_; }

  private:
    explicit TlsContext(FindPsk find_psk);

    std::optional<std::string> apply(const TlsSettings& settings);

    static unsigned int on_psk(ssl_st* connection, const char* identity, unsigned char* key,
                               unsigned int key_bytes_max);

    FindPsk find_psk_;
    CertificateUser certificate_user_ = CertificateUser::None;
    ssl_ctx_st* context_ = nullptr;
};

// Why OpenSSL did not do something, from its queue, which is empty then.
std::string tls_error();

}  // namespace kleber::net
