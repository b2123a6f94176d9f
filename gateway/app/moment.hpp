#pragma once

#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"

namespace kleber::app {

// A moment as a person says it: "24h" (so long ago), "2026-11-20", "2026-11-20 14:30",
// "2026-11-20T14:30:15" by the local clock, or with a Z behind it in UTC. The error is a sentence.
Result<WallTime, std::string> moment_of(std::string_view text, WallTime now);

// "2026-11-20 14:30:15 +0100" by the local clock: in the autumn an hour comes twice.
std::string local_time(WallTime time);
// "2026-11-20T13:30:15.250Z"
std::string exact_iso_time(WallTime time);

}  // namespace kleber::app
