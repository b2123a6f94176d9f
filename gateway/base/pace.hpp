#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "gateway/base/time.hpp"

namespace kleber {

// How fast something may go: so much a second, a second's worth of it at once. From any thread.
class Pace {
  public:
    explicit Pace(std::uint64_t per_second = 0) { set(per_second); }

    // 0: as fast as it likes; else at most 2^30. What has been spent stays spent.
    void set(std::uint64_t per_second) { per_second_.store(per_second, std::memory_order_relaxed); }

    // Takes note that this much, at most 2^32, has been spent. How long nothing more may be, so
    // that the pace is kept: zero within a second's worth.
    Duration spend(std::uint64_t amount, SteadyTime now) {
        const std::uint64_t per_second = per_second_.load(std::memory_order_relaxed);
        if (per_second == 0) return Duration::zero();
        const std::int64_t nanoseconds = now.time_since_epoch().count() * kNanosecondsEach;
        const auto cost = static_cast<std::int64_t>(amount * kSecond / per_second);
        std::int64_t before = paid_until_.load(std::memory_order_relaxed);
        std::int64_t after = 0;
        do {
            after = std::max(before, nanoseconds) + cost;
        } while (!paid_until_.compare_exchange_weak(before, after, std::memory_order_relaxed));
        const std::int64_t wait = after - nanoseconds - static_cast<std::int64_t>(kSecond);
        // Rounded up: too early would be for nothing.
        return Duration{wait > 0 ? (wait + kNanosecondsEach - 1) / kNanosecondsEach : 0};
    }

    // Spends it if that needs no waiting; false, and nothing is spent, if it does. By one thread at
    // a time.
    bool take(std::uint64_t amount, SteadyTime now) {
        const std::int64_t before = paid_until_.load(std::memory_order_relaxed);
        if (spend(amount, now) == Duration::zero()) return true;
        paid_until_.store(before, std::memory_order_relaxed);
        return false;
    }
    // As if nothing had ever been spent.
    bool is_rested(SteadyTime now) const {
        return paid_until_.load(std::memory_order_relaxed) <=
               now.time_since_epoch().count() * kNanosecondsEach;
    }

  private:
    static constexpr std::uint64_t kSecond = 1'000'000'000;      // in nanoseconds
    static constexpr std::int64_t kNanosecondsEach = 1'000'000;  // of a Duration

    std::atomic<std::uint64_t> per_second_;
    std::atomic<std::int64_t> paid_until_{0};  // nanoseconds
};

}  // namespace kleber
