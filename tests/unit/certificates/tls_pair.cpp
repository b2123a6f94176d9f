#include "tests/unit/certificates/tls_pair.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "gateway/certificates/handles.hpp"

namespace kleber::certificates {
namespace {

using ContextHandle = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using ConnectionHandle = std::unique_ptr<SSL, Release<SSL_free>>;

ContextHandle context(const SSL_METHOD* method, const TlsEnd& end) {
    ContextHandle made{SSL_CTX_new(method)};
    SSL_CTX* raw = made.get();
    if (!end.certificate.empty()) {
        EXPECT_EQ(SSL_CTX_use_certificate_chain_file(raw, end.certificate.c_str()), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey_file(raw, end.key.c_str(), SSL_FILETYPE_PEM), 1);
    }
    if (!end.authority.empty()) {
        EXPECT_EQ(SSL_CTX_load_verify_file(raw, end.authority.c_str()), 1);
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return made;
}

// True if it is through; false if it waits for the other end. Failed for good: `has_failed`.
bool step(SSL& connection, bool& has_failed) {
    ERR_clear_error();
    const int result = SSL_do_handshake(&connection);
    const int error = SSL_get_error(&connection, result);
    has_failed |= result != 1 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
    return result == 1;
}

std::string doubt_of(const SSL& connection) {
    return X509_verify_cert_error_string(SSL_get_verify_result(&connection));
}

}  // namespace

Handshake shake_hands(const TlsEnd& server_end, const TlsEnd& client_end,
                      const std::string& server_name) {
    const ContextHandle server_context = context(TLS_server_method(), server_end);
    const ContextHandle client_context = context(TLS_client_method(), client_end);
    const ConnectionHandle server{SSL_new(server_context.get())};
    const ConnectionHandle client{SSL_new(client_context.get())};
    BIO* server_side = nullptr;
    BIO* client_side = nullptr;
    EXPECT_EQ(BIO_new_bio_pair(&server_side, 0, &client_side, 0), 1);
    SSL_set_bio(server.get(), server_side, server_side);
    SSL_set_bio(client.get(), client_side, client_side);
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    X509_VERIFY_PARAM* rules = SSL_get0_param(client.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, server_name.c_str()) != 1) {
        EXPECT_EQ(X509_VERIFY_PARAM_set1_host(rules, server_name.c_str(), 0), 1);
    }

    bool is_server_done = false;
    bool is_client_done = false;
    bool has_failed = false;
    for (int turn = 0; turn < 20 && !has_failed && !(is_server_done && is_client_done); ++turn) {
        is_client_done = step(*client, has_failed);
        is_server_done = step(*server, has_failed);
    }
    Handshake shaken{.is_done = !has_failed && is_server_done && is_client_done,
                     .server_doubt = doubt_of(*server),
                     .client_doubt = doubt_of(*client),
                     .client_name = {},
                     .version = SSL_get_version(client.get())};
    if (X509* certificate = SSL_get0_peer_certificate(server.get())) {
        char name[256] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  sizeof name);
        shaken.client_name = name;
    }
    ERR_clear_error();
    return shaken;
}

}  // namespace kleber::certificates
