#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"

namespace kleber::text {

// "10s", "500ms", "1h 30m", "30d"; units ms, s, m, h, d (24 hours), w; a fraction is allowed if it
// gives whole milliseconds; only 0 needs no unit. The error is what is wrong, for a Diagnostic.
Result<Duration, std::string> parse_duration(std::string_view text);

// "64 MiB", "1kB", "1.5 GB", "4096"; B, kB, MB, GB count in thousands, KiB, MiB, GiB in 1024. A
// number alone is bytes. The same kind of error.
Result<std::uint64_t, std::string> parse_size(std::string_view text);

// As one would write them, in the largest unit that is exact: "30d", "8 MiB".
std::string format_duration(Duration duration);
std::string format_size(std::uint64_t bytes);

}  // namespace kleber::text
