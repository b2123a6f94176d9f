#include "gateway/certificates/read_certificate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "gateway/certificates/asn1_time.hpp"

namespace kleber::certificates {
namespace {

// Names as UTF-8, in the order in which people write them, with line ends and the like escaped.
constexpr unsigned long kNameForm =
    XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);

std::string text_of(const X509_NAME& name) {
    const BioHandle out = buffer();
    if (!out || X509_NAME_print_ex(out.get(), &name, 0, kNameForm) < 0) return {};
    return taken_from(*out);
}

std::string text_of(const ASN1_STRING& text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&text)),
            static_cast<std::size_t>(ASN1_STRING_length(&text))};
}

std::string common_name_of(const X509_NAME& name) {
    const int index = X509_NAME_get_index_by_NID(&name, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(&name, index)));
    if (size < 0) return {};
    std::string common_name{reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
    OPENSSL_free(text);
    return common_name;
}

std::string address_in(const ASN1_STRING& bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int size = ASN1_STRING_length(&bytes);
    if (size != 4 && size != 16) return "other";
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(&bytes), text.data(),
                text.size());
    return text.data();
}

std::string text_of(const GENERAL_NAME& name) {
    switch (name.type) {
        case GEN_DNS:
            return text_of(*name.d.dNSName);
        case GEN_IPADD:
            return address_in(*name.d.iPAddress);
        case GEN_EMAIL:
            return "email:" + text_of(*name.d.rfc822Name);
        case GEN_URI:
            return "URI:" + text_of(*name.d.uniformResourceIdentifier);
        default:
            return "other";
    }
}

std::vector<std::string> names_of(const X509& certificate) {
    const GeneralNamesHandle names{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
    const int count = sk_GENERAL_NAME_num(names.get());  // -1 without any
    std::vector<std::string> found;
    found.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int index = 0; index < count; ++index) {
        found.push_back(text_of(*sk_GENERAL_NAME_value(names.get(), index)));
    }
    return found;
}

std::string hexadecimal(const unsigned char* bytes, std::size_t size, const char* between) {
    std::string text;
    for (std::size_t index = 0; index < size; ++index) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02X", unsigned{bytes[index]});
        if (index > 0) text += between;
        text += digits.data();
    }
    return text;
}

std::string fingerprint_of(const X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    return hexadecimal(digest.data(), size, ":");
}

}  // namespace

std::optional<Certificate> read_certificate(X509& certificate) {
    const auto from = wall_time(X509_get0_notBefore(&certificate));
    const auto until = wall_time(X509_get0_notAfter(&certificate));
    if (!from || !until) {
        openssl_error();
        return std::nullopt;
    }
    const X509_NAME& subject = *X509_get_subject_name(&certificate);
    const ASN1_INTEGER& serial = *X509_get0_serialNumber(&certificate);
    Certificate found{
        .subject = text_of(subject),
        .issuer = text_of(*X509_get_issuer_name(&certificate)),
        .common_name = common_name_of(subject),
        .names = names_of(certificate),
        .valid_from = *from,
        .valid_until = *until,
        .serial = hexadecimal(ASN1_STRING_get0_data(&serial),
                              static_cast<std::size_t>(ASN1_STRING_length(&serial)), ""),
        .fingerprint = fingerprint_of(certificate),
        .is_authority = X509_check_ca(&certificate) > 0,
    };
    // Extensions that make no sense leave their errors behind.
    openssl_error();
    return found;
}

}  // namespace kleber::certificates
