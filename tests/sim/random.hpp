#pragma once

#include <cstdint>
#include <iterator>

namespace kleber::sim {

// The same numbers for the same seed, everywhere and for ever (splitmix64).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
        z = (z ^ z >> 27) * 0x94D049BB133111EBU;
        return z ^ z >> 31;
    }
    // 0 to count - 1.
    std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(next() % count); }
    bool chance(std::uint32_t percent) { return below(100) < percent; }
    template <typename List>
    const auto& one_of(const List& list) {
        return list[below(std::size(list))];
    }

  private:
    std::uint64_t state_;
};

}  // namespace kleber::sim
