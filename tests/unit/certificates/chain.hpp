#pragma once

#include <openssl/x509_vfy.h>

#include <ctime>
#include <memory>
#include <string>

#include "gateway/base/time.hpp"
#include "gateway/certificates/pem.hpp"

namespace kleber::certificates {

// What OpenSSL, at its strictest, says of a certificate, given an authority and, if there is one,
// its list of what is revoked: "ok", or what is wrong. All are PEM.
inline std::string doubt_about(const std::string& certificate, const std::string& authority,
                               int purpose, WallTime now, const std::string& revoked = {}) {
    const auto leaf = certificates_in(certificate);
    const auto root = certificates_in(authority);
    if (!leaf || !root) return "unreadable";
    const std::unique_ptr<X509_STORE, Release<X509_STORE_free>> store{X509_STORE_new()};
    X509_STORE_add_cert(store.get(), root->front().get());
    X509_STORE_set_purpose(store.get(), purpose);
    X509_VERIFY_PARAM* rules = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_VERIFY_PARAM_set_time(
        rules, static_cast<std::time_t>(now.time_since_epoch() / std::chrono::seconds{1}));
    if (!revoked.empty()) {
        const auto list = revocations_in(revoked);
        if (!list) return "unreadable";
        X509_STORE_add_crl(store.get(), list->get());
        X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK);
    }
    const std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>> work{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(work.get(), store.get(), leaf->front().get(), nullptr);
    X509_verify_cert(work.get());
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(work.get()));
}

}  // namespace kleber::certificates
