#pragma once

#include "tests/bench/doors/options.hpp"
#include "tests/bench/doors/report.hpp"

namespace kleber::bench {

// Everybody comes back at once while messages flow between two others: how long these take before,
// meanwhile and afterwards.
Report run_burst(const Options& options, const Place& place);

}  // namespace kleber::bench
