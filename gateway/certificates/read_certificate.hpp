#pragma once

#include <optional>

#include "gateway/certificates/certificate.hpp"
#include "gateway/certificates/handles.hpp"

namespace kleber::certificates {

// None where it has no times that make sense, or there is no memory.
std::optional<Certificate> read_certificate(X509& certificate);

}  // namespace kleber::certificates
