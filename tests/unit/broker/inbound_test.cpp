#include "gateway/broker/inbound.hpp"

#include <gtest/gtest.h>

namespace kleber::broker {
namespace {

TEST(InboundIds, know_a_repeat) {
    InboundIds ids;
    EXPECT_TRUE(ids.empty());
    EXPECT_TRUE(ids.insert(port::PacketId{7}));
    EXPECT_FALSE(ids.insert(port::PacketId{7}));
    EXPECT_TRUE(ids.insert(port::PacketId{8}));
    EXPECT_TRUE(ids.erase(port::PacketId{7}));
    EXPECT_FALSE(ids.erase(port::PacketId{7}));
    EXPECT_TRUE(ids.insert(port::PacketId{7}));
    EXPECT_FALSE(ids.empty());
}

TEST(InboundIds, stay_the_same_however_many_they_become) {
    InboundIds ids;
    for (std::uint32_t id = 1; id <= 65'535; ++id) {
        ASSERT_TRUE(ids.insert(port::PacketId{static_cast<std::uint16_t>(id)})) << id;
    }
    for (std::uint32_t id = 1; id <= 65'535; ++id) {
        const port::PacketId packet_id{static_cast<std::uint16_t>(id)};
        ASSERT_FALSE(ids.insert(packet_id)) << id;
        ASSERT_TRUE(ids.erase(packet_id)) << id;
        ASSERT_FALSE(ids.erase(packet_id)) << id;
    }
    EXPECT_TRUE(ids.empty());
    EXPECT_TRUE(ids.insert(port::PacketId{1}));
}

}  // namespace
}  // namespace kleber::broker
