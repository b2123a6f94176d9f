#pragma once

#include "gateway/base/time.hpp"

namespace kleber::runtime {

// The one place that reads the machine's clocks.
Now read_clock();

}  // namespace kleber::runtime
