#include "gateway/certificates/draft.hpp"

#include <arpa/inet.h>

#include <array>
#include <utility>

#include "gateway/certificates/asn1_time.hpp"

namespace kleber::certificates {
namespace {

constexpr int kSerialBits = 128;

GeneralNameHandle general_name(const SubjectName& name) {
    GeneralNameHandle made{GENERAL_NAME_new()};
    const bool is_dns = name.kind == SubjectName::Kind::Dns;
    TextHandle text{ASN1_STRING_type_new(is_dns ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING)};
    if (!made || !text) return nullptr;
    if (is_dns) {
        if (ASN1_STRING_set(text.get(), name.text.data(), static_cast<int>(name.text.size())) !=
            1) {
            return nullptr;
        }
    } else {
        std::array<unsigned char, 16> bytes{};
        const bool is_v4 = ::inet_pton(AF_INET, name.text.c_str(), bytes.data()) == 1;
        if (!is_v4 && ::inet_pton(AF_INET6, name.text.c_str(), bytes.data()) != 1) return nullptr;
        if (ASN1_STRING_set(text.get(), bytes.data(), is_v4 ? 4 : 16) != 1) return nullptr;
    }
    GENERAL_NAME_set0_value(made.get(), is_dns ? GEN_DNS : GEN_IPADD, text.release());
    return made;
}

}  // namespace

Draft::Draft(EVP_PKEY& key) : certificate_(X509_new()) {
    is_good_ = certificate_ && X509_set_version(certificate_.get(), X509_VERSION_3) == 1 &&
               X509_set_pubkey(certificate_.get(), &key) == 1;
    set_random_serial();
}

void Draft::set_random_serial() {
    // So that none comes twice, though nobody counts; a number, so the sign is not its matter.
    const NumberHandle number{BN_new()};
    is_good_ = is_good_ && number &&
               BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
               BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate_.get()));
}

void Draft::set_subject(const std::string& common_name) {
    const NameHandle name{X509_NAME_new()};
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
    is_good_ = is_good_ && name &&
               X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8, text,
                                          static_cast<int>(common_name.size()), -1, 0) == 1 &&
               X509_set_subject_name(certificate_.get(), name.get()) == 1;
}

void Draft::set_validity(WallTime from, WallTime until) {
    const TimeHandle begin = asn1_time(from);
    const TimeHandle end = asn1_time(until);
    is_good_ = is_good_ && begin && end &&
               X509_set1_notBefore(certificate_.get(), begin.get()) == 1 &&
               X509_set1_notAfter(certificate_.get(), end.get()) == 1;
}

void Draft::set_names(const std::vector<SubjectName>& names) {
    const GeneralNamesHandle list{GENERAL_NAMES_new()};
    is_good_ = is_good_ && list;
    for (const SubjectName& name : names) {
        GeneralNameHandle one = general_name(name);
        is_good_ = is_good_ && one && sk_GENERAL_NAME_push(list.get(), one.get()) > 0;
        if (!is_good_) return;
        one.release();
    }
    is_good_ = is_good_ && X509_add1_ext_i2d(certificate_.get(), NID_subject_alt_name, list.get(),
                                             0, X509V3_ADD_DEFAULT) == 1;
}

void Draft::add_extension(int nid, const char* value, const X509* issuer) {
    if (!is_good_) return;
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer ? const_cast<X509*>(issuer) : certificate_.get(),
                   certificate_.get(), nullptr, nullptr, 0);
    const ExtensionHandle extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    is_good_ = extension && X509_add_ext(certificate_.get(), extension.get(), -1) == 1;
}

CertificateHandle Draft::signed_by(const X509_NAME& issuer, EVP_PKEY& key) {
    is_good_ = is_good_ && X509_set_issuer_name(certificate_.get(), &issuer) == 1 &&
               X509_sign(certificate_.get(), &key, EVP_sha256()) > 0;
    return is_good_ ? std::move(certificate_) : nullptr;
}

CertificateHandle Draft::self_signed(EVP_PKEY& key) {
    if (!is_good_) return nullptr;
    return signed_by(*X509_get_subject_name(certificate_.get()), key);
}

}  // namespace kleber::certificates
