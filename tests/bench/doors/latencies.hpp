#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "tests/bench/doors/report.hpp"

namespace kleber::bench {

// How long messages took.
class Latencies {
  public:
    void add(std::chrono::nanoseconds latency) { all_.push_back(latency); }
    bool empty() const { return all_.empty(); }
    // Adds "NAME_p50_us", "_p99_us", "_max_us" and "_count". Not of none.
    void report(std::string_view name, Report& report);

  private:
    std::vector<std::chrono::nanoseconds> all_;
};

}  // namespace kleber::bench
