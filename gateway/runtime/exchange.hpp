#pragma once

#include <optional>

#include "gateway/base/time.hpp"

namespace kleber::runtime {

class Lane;

// How a lane's requests reach the broker and its replies come back.
class Exchange {
  public:
    virtual ~Exchange() = default;

    // Takes the lane's requests and dispatches the replies that are there, until no more follow.
    virtual void exchange(Lane& lane) = 0;
    // What is not asked for by anybody: deadlines, slices of long work. Once a turn.
    virtual void attend(Lane& lane) = 0;
    // A crowd has left the lane: gives back the memory that it needed.
    virtual void shrink() = 0;
    // Called before the lane sleeps: until when it may, not at all if there is work left. What
    // other threads post afterwards wakes it.
    virtual std::optional<SteadyTime> before_sleep(Lane& lane) = 0;
};

}  // namespace kleber::runtime
