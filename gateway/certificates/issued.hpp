#pragma once

#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/certificates/handles.hpp"
#include "gateway/certificates/workshop.hpp"

// All certificates that the authority has signed, in a file of their own: when one is renewed, that
// of before is good until its end, and must be found when its key is revoked. Errors are sentences.
namespace kleber::certificates {

Result<std::vector<CertificateHandle>, std::string> issued_by(const Workshop& shop);
// Before the certificate is given away. There is room for 1,500 of them.
Status<std::string> note_issued(const Workshop& shop, const X509& certificate);

}  // namespace kleber::certificates
