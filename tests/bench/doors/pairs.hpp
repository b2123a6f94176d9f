#pragma once

#include "tests/bench/doors/options.hpp"
#include "tests/bench/doors/report.hpp"

namespace kleber::bench {

// Publishers with a subscriber each, and a window: what a message costs the broker.
Report run_pairs(const Options& options, const Place& place);

}  // namespace kleber::bench
