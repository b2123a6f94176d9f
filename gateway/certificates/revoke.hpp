#pragma once

#include <cstddef>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"

namespace kleber::certificates {

struct Revocation {
    std::string list;         // the path of crl.pem
    std::string common_name;  // whose certificates they were
    std::size_t count = 0;    // 0: all were revoked before
};

// Puts the certificate in this file on the list of the folder's authority, and with it all that
// were ever made for the same key: who has one has all. The error is a sentence.
Result<Revocation, std::string> revoke(const std::string& folder, const std::string& file,
                                       WallTime now);

}  // namespace kleber::certificates
