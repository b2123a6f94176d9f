#include "gateway/runtime/traffic_totals.hpp"

#include <gtest/gtest.h>

namespace kleber::runtime {
namespace {

TEST(TrafficTotals, add_up_all_lanes) {
    port::Traffic first;
    first.bytes_received.add(10);
    first.packets_sent.add(2);
    first.connects_received.add(1);
    port::Traffic second;
    second.bytes_received.add(5);
    second.publishes_dropped.add(3);
    second.connections_refused.add(4);
    TrafficTotals totals;
    totals.add(first);
    totals.add(second);
    EXPECT_EQ(totals.bytes_received, 15U);
    EXPECT_EQ(totals.packets_sent, 2U);
    EXPECT_EQ(totals.connects_received, 1U);
    EXPECT_EQ(totals.publishes_dropped, 3U);
    EXPECT_EQ(totals.connections_refused, 4U);
    EXPECT_EQ(totals.bytes_sent, 0U);
}

}  // namespace
}  // namespace kleber::runtime
