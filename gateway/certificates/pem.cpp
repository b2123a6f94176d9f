#include "gateway/certificates/pem.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::certificates {
namespace {

// OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool is_at_end() {
    const unsigned long code = ERR_peek_last_error();
    const bool is_end =
        ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return is_end;
}

bool is_binary_form(std::string_view bytes) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const CertificateHandle found{d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))};
    ERR_clear_error();
    return found != nullptr;
}

// Why there is no certificate in it: what is there instead?
std::string what_it_is(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 4> kOthers{
        {{"PRIVATE KEY-----", "holds a private key, but no certificate"},
         {"CERTIFICATE REQUEST-----", "holds a request for a certificate, not the certificate"},
         {"X509 CRL-----", "holds a list of revoked certificates, but no certificate"},
         {"PUBLIC KEY-----", "holds a public key, but no certificate"}}};
    if (text.empty()) return "is empty";
    if (has(text, "-----BEGIN ")) {
        for (const auto& [label, sentence] : kOthers) {
            if (has(text, label)) return sentence;
        }
    }
    if (is_binary_form(text)) {
        return "is in binary form (DER); for PEM, as text, type: openssl x509 -inform DER -in FILE "
               "-out FILE.pem";
    }
    return "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
}

}  // namespace

KeyHandle make_key() {
    return KeyHandle{EVP_EC_gen("P-256")};
}

// Only without memory do they fail, and then nothing must be written over what is there.

std::string to_pem(const EVP_PKEY& key) {
    const BioHandle out = buffer();
    KLEBER_ASSERT(out && PEM_write_bio_PKCS8PrivateKey(out.get(), &key, nullptr, nullptr, 0,
                                                       nullptr, nullptr) == 1);
    return taken_from(*out);
}

std::string to_pem(const X509& certificate) {
    const BioHandle out = buffer();
    KLEBER_ASSERT(out && PEM_write_bio_X509(out.get(), &certificate) == 1);
    return taken_from(*out);
}

std::string to_pem(const X509_CRL& revocations) {
    const BioHandle out = buffer();
    KLEBER_ASSERT(out && PEM_write_bio_X509_CRL(out.get(), &revocations) == 1);
    return taken_from(*out);
}

Result<KeyHandle, std::string> key_in(std::string_view pem) {
    const BioHandle in = reading(pem);
    KeyHandle key{in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr)
                     : nullptr};
    ERR_clear_error();
    if (key) return key;
    if (pem.empty()) return fail(std::string{"is empty"});
    if (has(pem, "ENCRYPTED")) {
        return fail(
            std::string{"has a passphrase; a gateway that starts by itself cannot type one"});
    }
    return fail(std::string{"holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)"});
}

Result<std::vector<CertificateHandle>, std::string> certificates_in(std::string_view pem) {
    const BioHandle in = reading(pem);
    std::vector<CertificateHandle> found;
    while (in) {
        ERR_clear_error();
        CertificateHandle one{PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)};
        if (!one) break;
        found.push_back(std::move(one));
    }
    if (!is_at_end()) {
        return fail("is damaged: certificate " + std::to_string(found.size() + 1) +
                    " in it cannot be read");
    }
    if (found.empty()) return fail(what_it_is(pem));
    return found;
}

Result<RevocationsHandle, std::string> revocations_in(std::string_view pem) {
    const BioHandle in = reading(pem);
    RevocationsHandle found{in ? PEM_read_bio_X509_CRL(in.get(), nullptr, no_passphrase, nullptr)
                               : nullptr};
    ERR_clear_error();
    if (found) return found;
    return fail(std::string{"holds no list of revoked certificates"});
}

}  // namespace kleber::certificates
