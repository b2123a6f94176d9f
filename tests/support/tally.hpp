#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace kleber::support {

// How often a run has seen what: one count for each enumerator of `Seen`, which ends with Count.
template <typename Seen>
class Tally {
  public:
    void add(Seen what, std::uint64_t count = 1) {
        counts_[static_cast<std::size_t>(what)] += count;
    }
    std::span<const std::uint64_t> counts() const { return counts_; }

  private:
    std::array<std::uint64_t, static_cast<std::size_t>(Seen::Count)> counts_{};
};

}  // namespace kleber::support
