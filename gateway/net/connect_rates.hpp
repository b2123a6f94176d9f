#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "gateway/base/pace.hpp"

namespace kleber::net {

// How many connections a second each origin (see origin_in()) may make. On one thread.
class ConnectRates {
  public:
    // 0: as many as it likes.
    void set(std::uint32_t per_second);

    // False where it is one too many. From this machine, the empty origin, none is.
    bool admit(const std::string& origin, SteadyTime now);

    // Of them something is known: those of the last second, and some more.
    std::size_t origin_count() const { return paces_.size(); }

  private:
    static constexpr std::size_t kOriginsMin = 1000;

    void forget_the_rested(SteadyTime now);

    std::uint32_t per_second_ = 0;
    std::map<std::string, Pace> paces_;
    std::size_t forgets_at_ = kOriginsMin;
};

}  // namespace kleber::net
