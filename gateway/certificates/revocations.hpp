#pragma once

#include <span>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/certificates/authority.hpp"
#include "gateway/certificates/handles.hpp"

namespace kleber::certificates {

// The list of what an authority has revoked with these certificates added, and signed anew; null
// means that there was none. It is good for as long as the authority: nobody publishes a new one
// every month, and servers refuse everybody once it has ended. The error is a sentence.
Result<RevocationsHandle, std::string> revocations_with(const Authority& authority,
                                                        const X509_CRL* before,
                                                        std::span<X509* const> added, WallTime now);

bool has_revoked(X509_CRL& revocations, X509& certificate);

}  // namespace kleber::certificates
