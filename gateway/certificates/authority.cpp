#include "gateway/certificates/authority.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/iso_time.hpp"
#include "gateway/certificates/asn1_time.hpp"
#include "gateway/certificates/draft.hpp"
#include "gateway/certificates/pem.hpp"

namespace kleber::certificates {
namespace {

constexpr std::size_t kLabelMax = 40;  // a common name has room for 64 characters

Failure<std::string> failure(const std::string& what) {
    return fail(what + "; " + openssl_error());
}

// Another authority of the same host has another name: a client may know both.
std::string name_for(std::string_view host_label, WallTime now) {
    return "Kleber CA " + std::string{host_label.substr(0, kLabelMax)} + " " +
           iso_time(now).substr(0, 10);
}

WallTime years_later(WallTime time, int years) {
    return time + std::chrono::days{365 * years + years / 4};
}

}  // namespace

Result<Authority, std::string> Authority::create(std::string_view host_label, WallTime now) {
    KeyHandle key = make_key();
    if (!key) return failure("cannot make a key");
    Draft draft{*key};
    draft.set_subject(name_for(host_label, now));
    draft.set_validity(now - kBackdated, years_later(now, kYears));
    // It vouches for servers and clients, never for another authority.
    draft.add_extension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    draft.add_extension(NID_key_usage, "critical,keyCertSign,cRLSign");
    draft.add_extension(NID_subject_key_identifier, "hash");
    draft.add_extension(NID_authority_key_identifier, "keyid:always");
    CertificateHandle certificate = draft.self_signed(*key);
    if (!certificate) return failure("cannot make an authority's certificate");
    return Authority{std::move(certificate), std::move(key)};
}

Result<Authority, std::string> Authority::adopt(CertificateHandle certificate, KeyHandle key) {
    if (X509_check_ca(certificate.get()) != 1 ||
        !wall_time(X509_get0_notAfter(certificate.get()))) {
        openssl_error();
        return fail(std::string{"is no authority's certificate"});
    }
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        openssl_error();
        return fail(std::string{"and the key beside it do not belong together"});
    }
    return Authority{std::move(certificate), std::move(key)};
}

WallTime Authority::valid_until() const {
    return wall_time(X509_get0_notAfter(certificate_.get())).value_or(WallTime{});
}

bool Authority::has_issued(X509& certificate) const {
    const bool has = X509_NAME_cmp(X509_get_issuer_name(&certificate),
                                   X509_get_subject_name(certificate_.get())) == 0 &&
                     X509_verify(&certificate, key_.get()) == 1;
    if (!has) openssl_error();
    return has;
}

bool Authority::has_issued(X509_CRL& revocations) const {
    const bool has = X509_CRL_verify(&revocations, key_.get()) == 1;
    if (!has) openssl_error();
    return has;
}

Result<CertificateHandle, std::string> Authority::issue(const Wanted& wanted, EVP_PKEY& key,
                                                        WallTime now) const {
    const bool is_server = wanted.purpose == Purpose::Server;
    Draft draft{key};
    draft.set_subject(wanted.common_name);
    draft.set_validity(now - kBackdated, std::min(wanted.valid_until, valid_until()));
    draft.add_extension(NID_basic_constraints, "critical,CA:FALSE");
    draft.add_extension(NID_key_usage, "critical,digitalSignature");
    draft.add_extension(NID_ext_key_usage, is_server ? "serverAuth" : "clientAuth");
    if (is_server) draft.set_names(wanted.names);
    draft.add_extension(NID_subject_key_identifier, "hash");
    draft.add_extension(NID_authority_key_identifier, "keyid:always", certificate_.get());
    CertificateHandle certificate =
        draft.signed_by(*X509_get_subject_name(certificate_.get()), *key_);
    if (!certificate) return failure("cannot make a certificate for " + wanted.common_name);
    return certificate;
}

Status<std::string> Authority::sign(X509_CRL& revocations) const {
    if (X509_CRL_sign(&revocations, key_.get(), EVP_sha256()) > 0) return Success{};
    return failure("cannot sign the list of revoked certificates");
}

}  // namespace kleber::certificates
