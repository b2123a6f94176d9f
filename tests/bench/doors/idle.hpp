#pragma once

#include "tests/bench/doors/options.hpp"
#include "tests/bench/doors/report.hpp"

namespace kleber::bench {

// Connections that do nothing: what each costs the broker, to come in and to be there.
Report run_idle(const Options& options, const Place& place);

}  // namespace kleber::bench
