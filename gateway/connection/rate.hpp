#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gateway/base/pace.hpp"

namespace kleber::connection {

// What may come in a second. 0: as much as comes.
struct Rate {
    std::uint32_t messages = 0;
    std::uint32_t bytes = 0;

    bool is_limited() const { return messages > 0 || bytes > 0; }
};

// Sees to it that a rate is kept: by one client, or by all of a listener together. From any thread.
class RateMeter {
  public:
    explicit RateMeter(Rate rate) : messages_(rate.messages), bytes_(rate.bytes) {}

    void set(Rate rate) {
        messages_.set(rate.messages);
        bytes_.set(rate.bytes);
    }
    // A packet has come, or nothing. How long nothing more is to be read.
    Duration take(bool is_message, std::size_t bytes, SteadyTime now) {
        return std::max(bytes_.spend(bytes, now), messages_.spend(is_message ? 1 : 0, now));
    }

  private:
    Pace messages_;
    Pace bytes_;
};

}  // namespace kleber::connection
