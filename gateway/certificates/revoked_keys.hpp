#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/certificates/handles.hpp"
#include "gateway/certificates/revoke.hpp"
#include "gateway/certificates/workshop.hpp"

// What is revoked is a key, with all that was ever made for it. Errors are sentences.
namespace kleber::certificates {

// Whether anything that was made for this key is revoked: then nothing more is to be made for it.
Result<bool, std::string> has_revoked_key(const Workshop& shop, const EVP_PKEY& key);

// Puts all on the list that was made for the key of this certificate, which is of the same
// authority.
Result<Revocation, std::string> revoke_key_of(const Workshop& shop, X509& certificate,
                                              WallTime now);

}  // namespace kleber::certificates
