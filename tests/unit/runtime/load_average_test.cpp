#include "gateway/runtime/load_average.hpp"

#include <gtest/gtest.h>

namespace kleber::runtime {
namespace {

using namespace std::chrono_literals;

TEST(LoadAverage, starts_at_nothing) {
    const LoadAverage load;
    EXPECT_EQ(load.one_minute(), 0);
    EXPECT_EQ(load.five_minutes(), 0);
    EXPECT_EQ(load.fifteen_minutes(), 0);
}

// What mosquitto 2.0.11 publishes two seconds after its start, of which 14 bytes were the traffic.
TEST(LoadAverage, rises_as_mosquittos_does) {
    LoadAverage load;
    load.add(14, 2s);
    EXPECT_NEAR(load.one_minute(), 13.77, 0.005);
    EXPECT_NEAR(load.five_minutes(), 2.79, 0.005);
    EXPECT_NEAR(load.fifteen_minutes(), 0.93, 0.005);
}

TEST(LoadAverage, comes_to_the_rate_a_minute) {
    LoadAverage load;
    for (int step = 0; step < 6 * 120; ++step) load.add(50, 10s);
    EXPECT_NEAR(load.one_minute(), 300, 0.001);
    EXPECT_NEAR(load.five_minutes(), 300, 0.001);
    EXPECT_NEAR(load.fifteen_minutes(), 300, 0.2);
}

TEST(LoadAverage, falls_to_a_third_in_its_window) {
    LoadAverage load;
    load.add(1000, 1h);
    const double before = load.one_minute();
    load.add(0, 1min);
    EXPECT_NEAR(load.one_minute() / before, 0.3679, 0.0001);
}

TEST(LoadAverage, does_not_depend_on_the_steps) {
    LoadAverage fine;
    LoadAverage coarse;
    for (int step = 0; step < 30; ++step) fine.add(10, 1s);
    coarse.add(300, 30s);
    EXPECT_NEAR(fine.one_minute(), coarse.one_minute(), 1e-9);
}

}  // namespace
}  // namespace kleber::runtime
