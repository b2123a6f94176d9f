#include "gateway/connection/topic_rights.hpp"

#include <gtest/gtest.h>

namespace kleber::connection {
namespace {

TEST(TopicRights, AreKnownForATopicAndATable) {
    TopicRights rights;
    EXPECT_EQ(rights.find(1, 5, "a"), std::nullopt);
    rights.keep(1, 5, "a", true);
    rights.keep(1, 6, "b", false);
    EXPECT_EQ(rights.find(1, 5, "a"), true);
    EXPECT_EQ(rights.find(1, 6, "b"), false);
    EXPECT_EQ(rights.find(2, 5, "a"), std::nullopt);
}

// A hash that two topics share gives neither the rights of the other.
TEST(TopicRights, TellTopicsApartByTheirBytes) {
    TopicRights rights;
    rights.keep(1, 5, "mine", true);
    EXPECT_EQ(rights.find(1, 5, "yours"), std::nullopt);
    rights.keep(1, 5 + TopicRights::kTopicsMax, "yours", false);
    EXPECT_EQ(rights.find(1, 5, "mine"), std::nullopt);
    EXPECT_EQ(rights.find(1, 5, "yours"), false);
}

}  // namespace
}  // namespace kleber::connection
