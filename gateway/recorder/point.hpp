#pragma once

#include <cstdint>

#include "gateway/base/time.hpp"

namespace kleber::recorder {

// One value of a topic, as it came.
struct Point {
    WallTime time{};
    double value = 0;

    bool operator==(const Point&) const = default;
};

// What a topic's values were from `time` on: for so long, or just then if `span` is zero.
struct Summary {
    WallTime time{};
    Duration span{0};
    double mean = 0;
    double min = 0;
    double max = 0;
    std::uint64_t count = 0;

    bool operator==(const Summary&) const = default;
};

// A value by itself.
inline Summary summary_of(const Point& point) {
    return {point.time, Duration{0}, point.value, point.value, point.value, 1};
}

}  // namespace kleber::recorder
