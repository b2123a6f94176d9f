#include "gateway/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace kleber {
namespace {

Result<int, std::string> half(int number) {
    if (number % 2 != 0) return fail(std::string{"odd"});
    return number / 2;
}

TEST(Result, holds_a_value_or_an_error) {
    const auto four = half(8);
    ASSERT_TRUE(four);
    EXPECT_TRUE(four.has_value());
    EXPECT_EQ(*four, 4);
    EXPECT_EQ(four.value(), 4);

    const auto none = half(7);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error(), "odd");
}

TEST(Result, may_have_the_same_type_for_both) {
    const Result<int, int> value{1};
    const Result<int, int> error{fail(1)};
    EXPECT_TRUE(value);
    EXPECT_FALSE(error);
}

TEST(Result, hands_its_value_on) {
    Result<std::unique_ptr<int>, int> owner{std::make_unique<int>(5)};
    EXPECT_EQ(**owner, 5);
    const std::unique_ptr<int> taken = std::move(owner).value();
    EXPECT_EQ(*taken, 5);
}

TEST(Status, is_done_or_says_why_not) {
    const Status<int> done{Success{}};
    EXPECT_TRUE(done);
    const Status<int> failed{fail(3)};
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), 3);
}

TEST(ResultDeathTest, ends_the_program_when_misused) {
    const Result<int, int> value{1};
    const Result<int, int> error{fail(1)};
    EXPECT_DEATH(static_cast<void>(value.error()), "has_value");
    EXPECT_DEATH(static_cast<void>(error.value()), "has_value");
}

}  // namespace
}  // namespace kleber
