#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/certificates/handles.hpp"

// Keys and certificates as text. An error is what follows the file's name in a sentence: "is
// empty". Nothing here asks for a passphrase.
namespace kleber::certificates {

// Of the curve P-256, which every client knows; null without memory or random numbers.
KeyHandle make_key();

std::string to_pem(const EVP_PKEY& key);
std::string to_pem(const X509& certificate);
std::string to_pem(const X509_CRL& revocations);

Result<KeyHandle, std::string> key_in(std::string_view pem);
// All of them, at least one; other things in between are passed over.
Result<std::vector<CertificateHandle>, std::string> certificates_in(std::string_view pem);
Result<RevocationsHandle, std::string> revocations_in(std::string_view pem);

}  // namespace kleber::certificates
