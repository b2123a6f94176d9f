#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "gateway/base/time.hpp"

namespace kleber::auth {

struct FailedLoginLimits {
    std::uint32_t count_max = 10;                // 0: nobody is banned
    Duration within = std::chrono::minutes{10};  // they count together from the first on
    Duration ban = std::chrono::minutes{10};
    Duration delay_max = std::chrono::seconds{3};  // of a refusal; 0: there is none

    bool operator==(const FailedLoginLimits&) const = default;
};

// Makes guessing slow: each failed login from one place is answered later than the one before, and
// after too many nobody from there may connect for a while. A place is any text, as a host; the
// empty one is this machine, for which none of this holds. Time is a parameter; any thread may
// call.
class FailedLogins {
  public:
    // Above it those are forgotten that are not banned, and whose last failure is the longest ago.
    static constexpr std::size_t kPlacesMax = 10'000;

    // Forgets all failures, and so lifts all bans.
    void set_limits(const FailedLoginLimits& limits);

    // How somebody from there is to be met.
    enum class Standing : std::uint8_t {
        Welcome,
        Waiting,  // refusals that are not out yet take as long as one may: no more of them
        Banned,
    };
    Standing standing(const std::string& place, SteadyTime now) const;
    // False without a look at any place, where nobody can be banned.
    bool has_bans(SteadyTime now) const {
        return now < SteadyTime{Duration{bans_until_.load(std::memory_order_relaxed)}};
    }

    struct Consequence {
        Duration delay{0};  // of this refusal
        Duration ban{0};    // it was one too many: so long

        bool is_ban() const { return ban > Duration::zero(); }
    };
    Consequence fail(const std::string& place, SteadyTime now);

    struct Totals {
        std::uint64_t failed = 0;  // since the start, from this machine too
        std::uint64_t banned = 0;  // places, at present
    };
    Totals totals(SteadyTime now) const;

  private:
    struct Record {
        std::uint32_t count = 0;
        SteadyTime first{};
        SteadyTime last{};
        SteadyTime refused_until{};  // when the last refusal is out
        SteadyTime banned_until{};

        bool is_banned(SteadyTime now) const { return now < banned_until; }
    };

    bool is_over(const Record& record, SteadyTime now) const {
        return !record.is_banned(now) && now - record.first >= limits_.within;
    }
    Record& record_of(const std::string& place, SteadyTime now);
    void make_room(SteadyTime now);
    Duration delay_after(std::uint32_t count) const;

    mutable std::mutex mutex_;
    FailedLoginLimits limits_;
    std::map<std::string, Record> records_;
    std::uint64_t failed_ = 0;
    std::atomic<Duration::rep> bans_until_{0};  // the last of them ends then
};

}  // namespace kleber::auth
