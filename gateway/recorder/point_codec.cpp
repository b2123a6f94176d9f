#include "gateway/recorder/point_codec.hpp"

#include <algorithm>

#include "gateway/base/numbers.hpp"
#include "gateway/recorder/value_chain.hpp"

namespace kleber::recorder {
namespace {

// What is averaged is not as coarse as what was measured.
constexpr std::uint8_t kDecimalsOfMeans = 2;

// Times, as what is different from the distance before: nothing for a sensor that keeps its beat.
// Counts without a sign, so that damaged bytes give some time rather than an overflow.
class TimeWriter {
  public:
    void put(ByteBuffer& out, std::int64_t time) {
        const std::uint64_t distance = static_cast<std::uint64_t>(time) - previous_;
        put_signed(out, static_cast<std::int64_t>(distance - distance_));
        previous_ = static_cast<std::uint64_t>(time);
        distance_ = is_first_ ? 0 : distance;
        is_first_ = false;
    }

  private:
    std::uint64_t previous_ = 0;
    std::uint64_t distance_ = 0;
    bool is_first_ = true;
};

class TimeReader {
  public:
    std::int64_t take(ByteReader& in) {
        const std::uint64_t distance = distance_ + static_cast<std::uint64_t>(take_signed(in));
        previous_ += distance;
        distance_ = is_first_ ? 0 : distance;
        is_first_ = false;
        return static_cast<std::int64_t>(previous_);
    }

  private:
    std::uint64_t previous_ = 0;
    std::uint64_t distance_ = 0;
    bool is_first_ = true;
};

// What is beyond any calendar, before 1970 or of nothing was not written by us.
constexpr WallTime kLatest{std::chrono::hours{24 * 366 * 4000}};

WallTime wall(std::int64_t milliseconds) {
    return WallTime{Duration{milliseconds}};
}

}  // namespace

void put_points(ByteBuffer& out, std::span<const Point> points) {
    std::vector<double> all;
    all.reserve(points.size());
    for (const Point& point : points) all.push_back(point.value);
    const Decimals decimals = Decimals::fewest_for(all);
    put_number(out, points.size());
    put_decimals(out, decimals);
    TimeWriter times;
    ValueWriter values{decimals};
    for (const Point& point : points) {
        times.put(out, point.time.time_since_epoch().count());
        values.put(out, point.value);
    }
}

void take_points(ByteReader& in, std::vector<Point>& points) {
    // Each has two bytes at least.
    const std::uint64_t count = take_number(in, in.remaining() / 2);
    const Decimals decimals = take_decimals(in);
    TimeReader times;
    ValueReader values{decimals};
    for (std::uint64_t left = count; left > 0 && !in.has_failed(); --left) {
        const WallTime time = wall(times.take(in));
        const double value = values.take(in);
        if (time < WallTime{} || time > kLatest) in.fail();
        if (!in.has_failed()) points.push_back({time, value});
    }
}

void put_summaries(ByteBuffer& out, Duration step, std::span<const Summary> summaries) {
    std::vector<double> all;
    all.reserve(2 * summaries.size());
    for (const Summary& one : summaries) {
        all.push_back(one.min);
        all.push_back(one.max);
    }
    const Decimals decimals = Decimals::fewest_for(all);
    put_number(out, summaries.size());
    put_decimals(out, decimals);
    TimeWriter times;
    ValueWriter least{decimals};
    ValueWriter most{decimals};
    ValueWriter means{decimals.with(kDecimalsOfMeans)};
    for (const Summary& one : summaries) {
        times.put(out, one.time.time_since_epoch() / step);
        put_number(out, one.count);
        least.put(out, one.min);
        most.put(out, one.max);
        // One of a damaged block may be anything, also no number.
        means.put(out, std::max(one.min, std::min(one.max, one.mean)));
    }
}

void take_summaries(ByteReader& in, Duration step, std::vector<Summary>& summaries) {
    const std::uint64_t count = take_number(in, in.remaining() / 5);
    const Decimals decimals = take_decimals(in);
    TimeReader times;
    ValueReader least{decimals};
    ValueReader most{decimals};
    ValueReader means{decimals.with(kDecimalsOfMeans)};
    for (std::uint64_t left = count; left > 0 && !in.has_failed(); --left) {
        const std::int64_t index = times.take(in);
        Summary one;
        one.span = step;
        one.count = take_number(in);
        one.min = least.take(in);
        one.max = most.take(in);
        one.mean = means.take(in);
        if (index < 0 || index > kLatest.time_since_epoch() / step || one.count == 0) in.fail();
        if (in.has_failed()) return;
        one.time = wall(index * step.count());
        summaries.push_back(one);
    }
}

}  // namespace kleber::recorder
