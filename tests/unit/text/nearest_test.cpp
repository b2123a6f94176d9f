#include "gateway/text/nearest.hpp"

#include <gtest/gtest.h>

namespace kleber::text {
namespace {

constexpr std::string_view kNames[] = {
    "name", "state", "lanes", "connections", "session_expiry", "drop-oldest", "drop-newest", "qos"};

TEST(Nearest, CountsInsertionsDeletionsChangesAndSwaps) {
    EXPECT_EQ(edit_distance("lanes", "lanes"), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("lane", "lanes"), 1U);
    EXPECT_EQ(edit_distance("lames", "lanes"), 1U);
    EXPECT_EQ(edit_distance("lnaes", "lanes"), 1U);
    EXPECT_EQ(edit_distance("Drop_Oldest", "drop-oldest"), 0U);
}

TEST(Nearest, FindsWhatWasMeant) {
    EXPECT_EQ(nearest("lane", kNames), "lanes");
    EXPECT_EQ(nearest("staet", kNames), "state");
    EXPECT_EQ(nearest("conections", kNames), "connections");
    EXPECT_EQ(nearest("drop_oldest", kNames), "drop-oldest");
    EXPECT_EQ(nearest("sessionexpiry", kNames), "session_expiry");
    EXPECT_EQ(nearest("session", kNames), "session_expiry");
    EXPECT_EQ(did_you_mean("lane", kNames), "did you mean lanes?");
}

TEST(Nearest, SuggestsNothingFarAway) {
    EXPECT_EQ(nearest("", kNames), "");
    EXPECT_EQ(nearest("x", kNames), "");
    EXPECT_EQ(nearest("banana", kNames), "");
    EXPECT_EQ(nearest("abc", kNames), "");
    EXPECT_EQ(nearest(std::string(1 << 20, 'l'), kNames), "");
    EXPECT_EQ(nearest("lanes", {}), "");
    EXPECT_EQ(did_you_mean("banana", kNames), "");
}

}  // namespace
}  // namespace kleber::text
