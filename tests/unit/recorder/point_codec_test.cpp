#include "gateway/recorder/point_codec.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

std::vector<Point> through_bytes(const std::vector<Point>& points) {
    ByteBuffer out;
    put_points(out, points);
    ByteReader in{out.bytes()};
    std::vector<Point> back;
    take_points(in, back);
    EXPECT_TRUE(in.finished());
    return back;
}

std::vector<Point> points_of(const std::vector<double>& values) {
    std::vector<Point> points;
    WallTime time = kMidnight;
    for (const double value : values) points.push_back({time += 10s, value});
    return points;
}

// As bits: zero and minus zero are equal, but not the same.
std::vector<std::uint64_t> bits_of(const std::vector<Point>& points) {
    std::vector<std::uint64_t> bits;
    for (const Point& point : points) bits.push_back(std::bit_cast<std::uint64_t>(point.value));
    return bits;
}

TEST(PointCodec, values_come_back_to_the_bit) {
    constexpr double kMost = std::numeric_limits<double>::max();
    constexpr double kLeast = std::numeric_limits<double>::denorm_min();
    const std::vector<std::vector<double>> blocks = {
        {},
        {21.5},
        {21.5, 21.6, 21.55, -3, 0, 1000.001},
        {0.1 + 0.2, 1.0 / 3},
        {kMost, -kMost, kLeast, 0, -kLeast},
        {9007199254740992.0, 9007199254740991.0},
        {0.1, 9007199254740991.0},
        {123456789.123456789, 1e-9},
    };
    for (const auto& values : blocks) {
        const std::vector<Point> points = points_of(values);
        EXPECT_EQ(through_bytes(points), points);
    }
}

TEST(PointCodec, decimals_that_one_value_needs_are_not_too_many_for_another) {
    const std::vector<std::vector<double>> pairs = {
        {1e10, 0.123456789}, {9007199254740991.0, 0.1}, {-1e15, 0.001}, {-0.0, 21.5}};
    for (std::vector<double> values : pairs) {
        for (int order = 0; order < 2; ++order) {
            const std::vector<Point> points = points_of(values);
            EXPECT_EQ(bits_of(through_bytes(points)), bits_of(points)) << values[0];
            const Summary range{
                kMidnight, 1min, 1, std::min(values[0], values[1]), std::max(values[0], values[1]),
                2};
            ByteBuffer out;
            put_summaries(out, 1min, std::vector{range});
            ByteReader in{out.bytes()};
            std::vector<Summary> back;
            take_summaries(in, 1min, back);
            ASSERT_EQ(back.size(), 1U);
            EXPECT_EQ(back[0].min, range.min);
            EXPECT_EQ(back[0].max, range.max);
            std::swap(values[0], values[1]);
        }
    }
}

TEST(PointCodec, whatever_comes_together_comes_back_to_the_bit) {
    std::mt19937_64 random{20261120};
    const auto any = [&]() -> double {
        const auto whole = static_cast<double>(static_cast<std::int64_t>(random()) >>
                                               static_cast<int>(random() % 63));
        switch (random() % 4) {
            case 0:
                return whole;
            case 1:
                return whole / std::pow(10, static_cast<double>(random() % 12));
            case 2:
                return static_cast<double>(random() % 2000) / 10 - 100;
            default:
                return std::bit_cast<double>(random());
        }
    };
    for (int round = 0; round < 20'000; ++round) {
        std::vector<double> values;
        for (auto left = random() % 5; left > 0; --left) values.push_back(any());
        const std::vector<Point> points = points_of(values);
        ASSERT_EQ(bits_of(through_bytes(points)), bits_of(points)) << "round " << round;
    }
}

TEST(PointCodec, a_mean_that_makes_no_sense_stops_nobody) {
    // As a damaged block may have them.
    const std::vector<Summary> summaries = {
        {kMidnight, 1min, 1e300, 1, 2, 1},
        {kMidnight + 1min, 1min, std::numeric_limits<double>::quiet_NaN(), 1, 2, 1}};
    ByteBuffer out;
    put_summaries(out, 1min, summaries);
    ByteReader in{out.bytes()};
    std::vector<Summary> back;
    take_summaries(in, 1min, back);
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back[0].mean, 2);
    EXPECT_EQ(back[1].mean, 2);
}

TEST(PointCodec, times_may_be_in_any_order) {
    const std::vector<Point> points = {
        {kMidnight, 1}, {kMidnight - 3h, 2}, {kMidnight, 3}, {kMidnight + 365 * 24h, 4}};
    EXPECT_EQ(through_bytes(points), points);
}

TEST(PointCodec, summaries_come_back_with_two_more_decimals_of_means) {
    const std::vector<Summary> summaries = {
        {kMidnight, 1min, 21.512, 21.5, 21.6, 6},
        {kMidnight + 1min, 1min, 21.5, 21.5, 21.5, 1},
        {kMidnight + 7min, 1min, -1.125, -4.1, 2.5, 100'000},
    };
    ByteBuffer out;
    put_summaries(out, 1min, summaries);
    ByteReader in{out.bytes()};
    std::vector<Summary> back;
    take_summaries(in, 1min, back);
    EXPECT_TRUE(in.finished());
    EXPECT_EQ(back, summaries);
}

TEST(PointCodec, a_sensor_costs_few_bytes_a_point) {
    // Every ten seconds or so a tenth of a degree more or less.
    std::mt19937 random{7};
    std::vector<Point> points;
    std::vector<Summary> summaries;
    WallTime time = kMidnight;
    int tenths = 215;
    for (int number = 0; number < 360; ++number) {
        time += 10s + Duration{static_cast<int>(random() % 41) - 20};
        tenths += static_cast<int>(random() % 3) - 1;
        points.push_back({time, tenths / 10.0});
        summaries.push_back({kMidnight + number * 1min, 1min, tenths / 10.0 + 0.033,
                             (tenths - 1) / 10.0, (tenths + 2) / 10.0, 6});
    }
    ByteBuffer out;
    put_points(out, points);
    EXPECT_LT(out.size(), points.size() * 5 / 2);
    RecordProperty("bytes_of_360_points", static_cast<int>(out.size()));
    out.clear();
    put_summaries(out, 1min, summaries);
    EXPECT_LT(out.size(), summaries.size() * 6);
    RecordProperty("bytes_of_360_summaries", static_cast<int>(out.size()));
}

TEST(PointCodec, damaged_bytes_are_refused_or_some_points) {
    std::mt19937 random{11};
    ByteBuffer out;
    put_points(out, std::vector<Point>{{kMidnight, 21.5}, {kMidnight + 10s, 21.6}});
    put_summaries(out, 1min, std::vector<Summary>{{kMidnight, 1min, 1, 1, 1, 1}});
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::uint8_t> bytes(out.bytes().begin(), out.bytes().end());
        bytes.resize(random() % (bytes.size() + 1));
        for (int change = 0; change < 3 && !bytes.empty(); ++change) {
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        }
        ByteReader in{bytes};
        std::vector<Point> points;
        take_points(in, points);
        ByteReader again{bytes};
        std::vector<Summary> summaries;
        take_summaries(again, 1min, summaries);
        EXPECT_LE(points.size() + summaries.size(), bytes.size());
    }
}

}  // namespace
}  // namespace kleber::recorder
