#include "gateway/coming_over/retained_passes.hpp"

#include <gmock/gmock.h>

namespace kleber::coming_over {
namespace {

using Next = RetainedPasses::Next;

TEST(RetainedPasses, wait_before_they_believe_that_there_is_nothing) {
    RetainedPasses passes;
    EXPECT_EQ(passes.start(), Next::Subscribe);
    EXPECT_EQ(passes.subscribed(), Next::Question);
    EXPECT_EQ(passes.answered(), Next::Wait);
    EXPECT_EQ(passes.waited(), Next::Done);
}

// As mosquitto does it.
TEST(RetainedPasses, end_without_waiting_with_one_that_brings_all_again) {
    RetainedPasses passes;
    EXPECT_TRUE(passes.arrived("a"));
    EXPECT_EQ(passes.subscribed(), Next::Question);
    EXPECT_TRUE(passes.arrived("b"));
    EXPECT_EQ(passes.answered(), Next::Question);
    EXPECT_EQ(passes.answered(), Next::Subscribe);
    EXPECT_FALSE(passes.arrived("b"));
    EXPECT_EQ(passes.subscribed(), Next::Question);
    EXPECT_FALSE(passes.arrived("a"));
    EXPECT_EQ(passes.answered(), Next::Question);
    EXPECT_EQ(passes.answered(), Next::Done);
    EXPECT_EQ(passes.topic_count(), 2U);
}

TEST(RetainedPasses, go_on_as_long_as_slices_come) {
    RetainedPasses passes;
    EXPECT_EQ(passes.subscribed(), Next::Question);
    for (int slice = 0; slice < 100; ++slice) {
        EXPECT_TRUE(passes.arrived(std::to_string(slice)));
        EXPECT_EQ(passes.answered(), Next::Question);
    }
    EXPECT_EQ(passes.answered(), Next::Subscribe);
}

// As Mosca does it: it answers, and looks for retained messages then.
TEST(RetainedPasses, wait_for_a_broker_that_answers_first) {
    RetainedPasses passes;
    passes.subscribed();
    EXPECT_EQ(passes.answered(), Next::Wait);
    EXPECT_FALSE(passes.has_come());
    EXPECT_TRUE(passes.arrived("a"));
    EXPECT_TRUE(passes.has_come());
    EXPECT_EQ(passes.waited(), Next::Question);
    EXPECT_FALSE(passes.has_come());
    EXPECT_EQ(passes.answered(), Next::Subscribe);
    passes.subscribed();
    EXPECT_TRUE(passes.arrived("b"));
    EXPECT_EQ(passes.answered(), Next::Question);
    EXPECT_EQ(passes.answered(), Next::Wait);  // for "a" again
    passes.arrived("a");
    EXPECT_EQ(passes.waited(), Next::Question);
    EXPECT_EQ(passes.answered(), Next::Subscribe);
    passes.subscribed();
    passes.arrived("b");
    EXPECT_EQ(passes.answered(), Next::Question);
    EXPECT_EQ(passes.answered(), Next::Wait);
    EXPECT_EQ(passes.waited(), Next::Done);  // "a" was forgotten meanwhile
}

TEST(RetainedPasses, do_not_go_on_for_ever) {
    RetainedPasses passes;
    for (int pass = 1; pass < RetainedPasses::kPassesMax; ++pass) {
        passes.arrived(std::to_string(pass));
        passes.subscribed();
        ASSERT_EQ(passes.waited(), Next::Subscribe);
    }
    passes.arrived("another");
    passes.subscribed();
    EXPECT_EQ(passes.waited(), Next::NeverEnds);
}

}  // namespace
}  // namespace kleber::coming_over
