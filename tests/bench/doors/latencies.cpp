#include "tests/bench/doors/latencies.hpp"

#include <algorithm>
#include <string>

namespace kleber::bench {

void Latencies::report(std::string_view name, Report& report) {
    std::sort(all_.begin(), all_.end());
    const std::string stem{name};
    const auto us_at = [&](std::size_t index) {
        return static_cast<double>(all_[index].count()) / 1e3;
    };
    report.add(stem + "_p50_us", us_at(all_.size() / 2));
    report.add(stem + "_p99_us", us_at(all_.size() * 99 / 100));
    report.add(stem + "_max_us", us_at(all_.size() - 1));
    report.add(stem + "_count", static_cast<double>(all_.size()));
}

}  // namespace kleber::bench
