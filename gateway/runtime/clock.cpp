#include "gateway/runtime/clock.hpp"

#include <chrono>

namespace kleber::runtime {
namespace {

// 2026-01-01: no gateway of this version ran before. A Pi without a network starts in 1970 or at
// the time of its last shutdown.
constexpr WallTime kEarliestPlausible{std::chrono::seconds{1'767'225'600}};

}  // namespace

Now read_clock() {
    const auto steady = std::chrono::steady_clock::now().time_since_epoch();
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    Now now;
    now.steady = SteadyTime{std::chrono::duration_cast<Duration>(steady)};
    now.wall = WallTime{std::chrono::duration_cast<Duration>(wall)};
    now.wall_is_trusted = now.wall >= kEarliestPlausible;
    return now;
}

}  // namespace kleber::runtime
