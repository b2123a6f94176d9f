#pragma once

#include <cstdint>

#include "gateway/base/time.hpp"

namespace kleber::runtime {

// How often something happened lately: events a minute over the last 1, 5 and 15 minutes, where
// what is longer ago counts exponentially less. The same arithmetic as mosquitto's, so that graphs
// drawn of one broker can go on with the other.
class LoadAverage {
  public:
    // `count` events came in the `elapsed` time since the last call, which is not 0.
    void add(std::uint64_t count, Duration elapsed);

    double one_minute() const { return one_minute_; }
    double five_minutes() const { return five_minutes_; }
    double fifteen_minutes() const { return fifteen_minutes_; }

  private:
    double one_minute_ = 0;
    double five_minutes_ = 0;
    double fifteen_minutes_ = 0;
};

}  // namespace kleber::runtime
