#include "gateway/runtime/load_average.hpp"

#include <chrono>
#include <cmath>

#include "gateway/base/assert.hpp"

namespace kleber::runtime {

void LoadAverage::add(std::uint64_t count, Duration elapsed) {
    KLEBER_ASSERT(elapsed > Duration::zero());
    const double minutes = std::chrono::duration<double, std::ratio<60>>{elapsed}.count();
    const double rate = static_cast<double>(count) / minutes;
    const auto damp = [&](double& average, double window_minutes) {
        average = rate + std::exp(-minutes / window_minutes) * (average - rate);
    };
    damp(one_minute_, 1);
    damp(five_minutes_, 5);
    damp(fifteen_minutes_, 15);
}

}  // namespace kleber::runtime
