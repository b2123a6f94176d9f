#pragma once

#include <chrono>
#include <cstdint>

namespace kleber {

using Duration = std::chrono::milliseconds;

// Time never goes backwards: keep-alive, retries, delays. Has no now(): only the lanes read clocks.
struct SteadyClock {
    using rep = std::int64_t;
    using period = std::milli;
    using duration = Duration;
    using time_point = std::chrono::time_point<SteadyClock, Duration>;
    static constexpr bool is_steady = true;
};
using SteadyTime = SteadyClock::time_point;

// The calendar's time since 1970, UTC, which may jump.
struct WallClock {
    using rep = std::int64_t;
    using period = std::milli;
    using duration = Duration;
    using time_point = std::chrono::time_point<WallClock, Duration>;
    static constexpr bool is_steady = false;
};
using WallTime = WallClock::time_point;

// The instant of a turn, passed as an argument to everything below the lanes.
struct Now {
    SteadyTime steady{};
    WallTime wall{};
    bool wall_is_trusted = false;  // a Pi has no clock of its own: false until somebody set it
};

}  // namespace kleber
