#include "gateway/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <utility>

namespace kleber::net {
namespace {

constexpr unsigned char kAlpn[] = {4, 'm', 'q', 't', 't'};
constexpr unsigned char kSessionName[] = {'k', 'l', 'e', 'b', 'e', 'r'};

// Who offers protocols and not ours is let in as well: he may speak WebSocket.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_bytes, kAlpn, sizeof kAlpn, offered, offered_bytes) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

std::string failure(const std::string& what) {
    return what + ": " + tls_error();
}

}  // namespace

std::string tls_error() {
    // The first says what went wrong, the others what that was in the way of.
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return reason ? reason : "unknown reason";
}

TlsContext::TlsContext(FindPsk find_psk) : find_psk_(std::move(find_psk)) {
    context_ = SSL_CTX_new(TLS_server_method());
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

Result<std::shared_ptr<const TlsContext>, std::string> TlsContext::load(const TlsSettings& settings,
                                                                        FindPsk find_psk) {
    ERR_clear_error();
    std::shared_ptr<TlsContext> context{new TlsContext{std::move(find_psk)}};
    if (!context->context_) return fail(failure("cannot use TLS"));
    if (auto error = context->apply(settings)) return fail(std::move(*error));
    return std::shared_ptr<const TlsContext>{std::move(context)};
}

std::optional<std::string> TlsContext::apply(const TlsSettings& settings) {
    certificate_user_ = settings.certificate_user;
    // Nobody is there who could be asked for a passphrase.
    SSL_CTX_set_default_passwd_cb(context_, [](char*, int, int, void*) { return -1; });
    SSL_CTX_set_app_data(context_, this);
    SSL_CTX_set_min_proto_version(
        context_, settings.version_min == TlsVersion::Tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
    // Phones without AES in hardware choose ChaCha, and get it.
    SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                      SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // One read of the socket takes what there is. An idle connection holds no buffers; a write
    // takes what there is room for.
    SSL_CTX_set_read_ahead(context_, 1);
    SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // What is no data, new keys without end among it, is handled a read of the socket at a time.
    SSL_CTX_clear_mode(context_, SSL_MODE_AUTO_RETRY);
    // Sessions are resumed by tickets that the client keeps.
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(context_, kSessionName, sizeof kSessionName);
    SSL_CTX_set_num_tickets(context_, 1);
    SSL_CTX_set_alpn_select_cb(context_, choose_protocol, nullptr);
    if (find_psk_) {
        SSL_CTX_set_psk_server_callback(context_, &TlsContext::on_psk);
        // A ticket would not say whose key it was.
        SSL_CTX_set_options(context_, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context_, 0);
    }
    if (!settings.certificate.empty()) {
        if (SSL_CTX_use_certificate_chain_file(context_, settings.certificate.c_str()) != 1) {
            return failure("cannot use the certificate " + settings.certificate);
        }
        if (SSL_CTX_use_PrivateKey_file(context_, settings.key.c_str(), SSL_FILETYPE_PEM) != 1) {
            return failure("cannot use the key " + settings.key);
        }
        if (SSL_CTX_check_private_key(context_) != 1) {
            return settings.key + " is not the key of " + settings.certificate;
        }
    }
    if (settings.client_certificate == ClientCertificate::None) return std::nullopt;

    if (SSL_CTX_load_verify_file(context_, settings.authorities.c_str()) != 1) {
        return failure("cannot use the authorities in " + settings.authorities);
    }
    SSL_CTX_set_client_CA_list(context_, SSL_load_client_CA_file(settings.authorities.c_str()));
    if (!settings.revoked.empty()) {
        X509_STORE* store = SSL_CTX_get_cert_store(context_);
        X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
        if (!lookup ||
            X509_load_crl_file(lookup, settings.revoked.c_str(), X509_FILETYPE_PEM) < 1) {
            return failure("cannot use the revoked certificates in " + settings.revoked);
        }
        X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
    }
    const int refuse_without = settings.client_certificate == ClientCertificate::Required
                                   ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                   : 0;
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | refuse_without, nullptr);
    return std::nullopt;
}

ssl_st* TlsContext::make_connection(std::string& psk_identity) const {
    SSL* connection = SSL_new(context_);
    if (!connection) return nullptr;
    SSL_set_accept_state(connection);
    SSL_set_app_data(connection, &psk_identity);
    return connection;
}

unsigned int TlsContext::on_psk(ssl_st* connection, const char* identity, unsigned char* key,
                                unsigned int key_bytes_max) {
    const auto* self =
        static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
    const auto found = identity ? self->find_psk_(identity) : std::nullopt;
    if (!found || found->empty() || found->size() > key_bytes_max) return 0;
    *static_cast<std::string*>(SSL_get_app_data(connection)) = identity;
    std::copy(found->begin(), found->end(), key);
    return static_cast<unsigned int>(found->size());
}

}  // namespace kleber::net
