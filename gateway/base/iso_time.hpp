#pragma once

#include <string>

#include "gateway/base/time.hpp"

namespace kleber {

// "2026-11-20T05:12:24Z"
std::string iso_time(WallTime time);

}  // namespace kleber
