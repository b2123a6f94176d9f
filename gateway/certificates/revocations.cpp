#include "gateway/certificates/revocations.hpp"

#include <memory>
#include <utility>

#include "gateway/certificates/asn1_time.hpp"

namespace kleber::certificates {
namespace {

// Each list has a higher number than the one before.
bool set_number(X509_CRL& list, const X509_CRL* before) {
    const IntegerHandle old{before ? static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(
                                         before, NID_crl_number, nullptr, nullptr))
                                   : nullptr};
    const NumberHandle number{old ? ASN1_INTEGER_to_BN(old.get(), nullptr) : BN_new()};
    if (!number || BN_add_word(number.get(), 1) != 1) return false;
    const IntegerHandle next{BN_to_ASN1_INTEGER(number.get(), nullptr)};
    return next &&
           X509_CRL_add1_ext_i2d(&list, NID_crl_number, next.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool set_issuer(X509_CRL& list, const X509& authority) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, const_cast<X509*>(&authority), nullptr, nullptr, &list, 0);
    const ExtensionHandle key{
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always")};
    return key && X509_CRL_set_issuer_name(&list, X509_get_subject_name(&authority)) == 1 &&
           X509_CRL_add_ext(&list, key.get(), -1) == 1;
}

bool add(X509_CRL& list, RevokedHandle entry) {
    if (!entry || X509_CRL_add0_revoked(&list, entry.get()) != 1) return false;
    entry.release();
    return true;
}

bool add_old_ones(X509_CRL& list, const X509_CRL* before) {
    STACK_OF(X509_REVOKED)* entries =
        before ? X509_CRL_get_REVOKED(const_cast<X509_CRL*>(before)) : nullptr;
    for (int index = 0; index < sk_X509_REVOKED_num(entries); ++index) {
        if (!add(list, RevokedHandle{X509_REVOKED_dup(sk_X509_REVOKED_value(entries, index))})) {
            return false;
        }
    }
    return true;
}

bool add_new_one(X509_CRL& list, X509& certificate, ASN1_TIME* now) {
    RevokedHandle entry{X509_REVOKED_new()};
    return entry &&
           X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(&certificate)) == 1 &&
           X509_REVOKED_set_revocationDate(entry.get(), now) == 1 && add(list, std::move(entry));
}

}  // namespace

Result<RevocationsHandle, std::string> revocations_with(const Authority& authority,
                                                        const X509_CRL* before,
                                                        std::span<X509* const> added,
                                                        WallTime now) {
    RevocationsHandle list{X509_CRL_new()};
    // As certificates: for a clock that is behind.
    const TimeHandle begin = asn1_time(now - kBackdated);
    const TimeHandle end = asn1_time(authority.valid_until());
    const TimeHandle date = asn1_time(now);
    bool is_good = list && begin && end && date &&
                   X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
                   set_issuer(*list, authority.certificate()) &&
                   X509_CRL_set1_lastUpdate(list.get(), begin.get()) == 1 &&
                   X509_CRL_set1_nextUpdate(list.get(), end.get()) == 1 &&
                   set_number(*list, before) && add_old_ones(*list, before);
    for (X509* certificate : added) {
        is_good = is_good && add_new_one(*list, *certificate, date.get());
    }
    if (!is_good || X509_CRL_sort(list.get()) != 1) {
        return fail("cannot make the list of revoked certificates; " + openssl_error());
    }
    if (auto signed_list = authority.sign(*list); !signed_list) return fail(signed_list.error());
    return list;
}

bool has_revoked(X509_CRL& revocations, X509& certificate) {
    X509_REVOKED* found = nullptr;
    return X509_CRL_get0_by_cert(&revocations, &found, &certificate) == 1;
}

}  // namespace kleber::certificates
