#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

// What is OpenSSL's, owned; for this module's own files.
namespace kleber::certificates {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

using BioHandle = std::unique_ptr<BIO, Release<BIO_free_all>>;
using NumberHandle = std::unique_ptr<BIGNUM, Release<BN_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, Release<X509_free>>;
using RevocationsHandle = std::unique_ptr<X509_CRL, Release<X509_CRL_free>>;
using RevokedHandle = std::unique_ptr<X509_REVOKED, Release<X509_REVOKED_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using NameHandle = std::unique_ptr<X509_NAME, Release<X509_NAME_free>>;
using GeneralNameHandle = std::unique_ptr<GENERAL_NAME, Release<GENERAL_NAME_free>>;
using GeneralNamesHandle = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
using TextHandle = std::unique_ptr<ASN1_STRING, Release<ASN1_STRING_free>>;
using IntegerHandle = std::unique_ptr<ASN1_INTEGER, Release<ASN1_INTEGER_free>>;
using TimeHandle = std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>>;

// A view of `text` to read from, which must outlive it; and a buffer to write to.
BioHandle reading(std::string_view text);
BioHandle buffer();
std::string taken_from(BIO& buffer);

// Why OpenSSL did not do something; forgets it. A part of a sentence.
std::string openssl_error();

}  // namespace kleber::certificates
