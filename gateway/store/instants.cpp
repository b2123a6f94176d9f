#include "gateway/store/instants.hpp"

#include <algorithm>

#include "gateway/base/numbers.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/request.hpp"

namespace kleber::store {
namespace {

// What an instant begins with.
constexpr std::uint8_t kIsNever = 0;
constexpr std::uint8_t kWallUnknown = 1;
constexpr std::uint8_t kWallKnown = 2;

// 280,000 years: longer than anybody waits, and no sum of two overflows.
constexpr Duration kLongest{std::int64_t{1} << 53};

Duration remaining_until(SteadyTime instant, const Now& now) {
    if (instant <= now.steady) return Duration{0};
    // The difference may not fit if the clock's zero is far away.
    if (now.steady.time_since_epoch() < Duration{0} &&
        instant > SteadyTime::max() + now.steady.time_since_epoch()) {
        return kLongest;
    }
    return std::min(instant - now.steady, kLongest);
}

}  // namespace

void put_instant(ByteBuffer& out, SteadyTime instant, const Now& now) {
    if (instant == port::kNever) return out.u8(kIsNever);
    const Duration remaining = remaining_until(instant, now);
    out.u8(now.wall_is_trusted ? kWallKnown : kWallUnknown);
    put_number(out, static_cast<std::uint64_t>(remaining.count()));
    if (!now.wall_is_trusted) return;
    // A trusted clock does not stand before 1970.
    const Duration wall = std::clamp(now.wall.time_since_epoch(), Duration{0}, kLongest);
    put_number(out, static_cast<std::uint64_t>((wall + remaining).count()));
}

SteadyTime take_instant(ByteReader& in, const Now& now) {
    const std::uint8_t code = in.u8();
    if (in.has_failed() || code == kIsNever) return port::kNever;
    if (code > kWallKnown) in.fail();
    constexpr auto kMax = static_cast<std::uint64_t>(kLongest.count());
    Duration left{static_cast<std::int64_t>(take_number(in, kMax))};
    if (code == kWallKnown) {
        const Duration wall{static_cast<std::int64_t>(take_number(in, 2 * kMax))};
        if (now.wall_is_trusted) {
            left = std::clamp(wall - now.wall.time_since_epoch(), Duration{0}, left);
        }
    }
    return now.steady + left;
}

void put_duration(ByteBuffer& out, Duration duration) {
    if (duration == port::kForever) return put_number(out, 0);
    put_number(out, 1 + static_cast<std::uint64_t>(std::max(duration, Duration{0}).count()));
}

Duration take_duration(ByteReader& in) {
    constexpr auto kMax = static_cast<std::uint64_t>(port::kForever.count());
    const std::uint64_t code = take_number(in, kMax);
    return code == 0 ? port::kForever : Duration{static_cast<std::int64_t>(code - 1)};
}

}  // namespace kleber::store
