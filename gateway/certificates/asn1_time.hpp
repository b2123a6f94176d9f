#pragma once

#include <optional>

#include "gateway/base/time.hpp"
#include "gateway/certificates/handles.hpp"

namespace kleber::certificates {

// The whole second at or before `time`; null without memory, or outside of the years 0 to 9999.
TimeHandle asn1_time(WallTime time);
// None where it is no valid time.
std::optional<WallTime> wall_time(const ASN1_TIME* time);

}  // namespace kleber::certificates
