#include "gateway/auth/failed_logins.hpp"

#include <algorithm>

namespace kleber::auth {

namespace {

// Nobody who has mistyped a password notices it.
constexpr Duration kFirstDelay{100};

}  // namespace

void FailedLogins::set_limits(const FailedLoginLimits& limits) {
    const std::lock_guard lock{mutex_};
    limits_ = limits;
    records_.clear();
    bans_until_.store(0, std::memory_order_relaxed);
}

FailedLogins::Standing FailedLogins::standing(const std::string& place, SteadyTime now) const {
    const std::lock_guard lock{mutex_};
    const auto found = records_.find(place);
    if (found == records_.end()) return Standing::Welcome;
    const Record& record = found->second;
    if (record.is_banned(now)) return Standing::Banned;
    // Many connections at a time must not be many guesses at a time, nor wait here together.
    const bool is_full =
        limits_.delay_max > Duration::zero() && record.refused_until - now >= limits_.delay_max;
    return is_full ? Standing::Waiting : Standing::Welcome;
}

FailedLogins::Consequence FailedLogins::fail(const std::string& place, SteadyTime now) {
    const std::lock_guard lock{mutex_};
    ++failed_;
    if (place.empty()) return {};
    Record& record = record_of(place, now);
    ++record.count;
    record.last = now;
    // One after the other, also where they come all at once; though not for ever.
    record.refused_until = std::min(std::max(record.refused_until, now) + delay_after(record.count),
                                    now + 2 * limits_.delay_max);
    Consequence consequence{.delay = std::min(record.refused_until - now, limits_.delay_max)};
    // What was under way when it was banned does not ban it for longer.
    if (limits_.count_max > 0 && record.count >= limits_.count_max && !record.is_banned(now)) {
        record.banned_until = now + limits_.ban;
        const Duration::rep until = record.banned_until.time_since_epoch().count();
        bans_until_.store(std::max(until, bans_until_.load(std::memory_order_relaxed)),
                          std::memory_order_relaxed);
        consequence.ban = limits_.ban;
    }
    return consequence;
}

FailedLogins::Totals FailedLogins::totals(SteadyTime now) const {
    const std::lock_guard lock{mutex_};
    Totals totals{.failed = failed_};
    if (!has_bans(now)) return totals;
    const auto is_banned = [&](const auto& one) { return one.second.is_banned(now); };
    totals.banned =
        static_cast<std::uint64_t>(std::count_if(records_.begin(), records_.end(), is_banned));
    return totals;
}

FailedLogins::Record& FailedLogins::record_of(const std::string& place, SteadyTime now) {
    const auto found = records_.find(place);
    if (found == records_.end()) {
        if (records_.size() >= kPlacesMax) make_room(now);
        return records_.emplace(place, Record{.first = now}).first->second;
    }
    Record& record = found->second;
    // A ban that is over has been the price.
    const bool was_banned = record.banned_until > SteadyTime{} && !record.is_banned(now);
    if (was_banned || is_over(record, now)) {
        record = Record{.first = now, .refused_until = record.refused_until};
    }
    return record;
}

void FailedLogins::make_room(SteadyTime now) {
    std::erase_if(records_, [&](const auto& one) { return is_over(one.second, now); });
    if (records_.size() < kPlacesMax) return;
    records_.erase(
        std::min_element(records_.begin(), records_.end(), [&](const auto& one, const auto& other) {
            const bool is_banned = one.second.is_banned(now);
            if (is_banned != other.second.is_banned(now)) return !is_banned;
            return one.second.last < other.second.last;
        }));
}

Duration FailedLogins::delay_after(std::uint32_t count) const {
    Duration delay = std::min(kFirstDelay, limits_.delay_max);
    for (std::uint32_t more = 1; more < count && delay < limits_.delay_max; ++more) {
        delay = std::min(delay * 2, limits_.delay_max);
    }
    return delay;
}

}  // namespace kleber::auth
