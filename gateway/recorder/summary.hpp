#pragma once

#include <vector>

#include "gateway/recorder/point.hpp"

namespace kleber::recorder {

// The multiple of `step` at or before that time.
WallTime begin_of(WallTime time, Duration step);

// One summary for each `step` in which there is something, in order: what was summed up before is
// weighed by its count. The given ones may be in any order and overlap.
std::vector<Summary> summed_up(std::vector<Summary> summaries, Duration step);

}  // namespace kleber::recorder
