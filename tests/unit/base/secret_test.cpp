#include "gateway/base/secret.hpp"

#include <gmock/gmock.h>

namespace kleber {
namespace {

TEST(Secret, keeps_all_bytes_and_moves) {
    using namespace std::string_view_literals;
    Secret first{"a\0b"sv};
    EXPECT_EQ(first.bytes(), "a\0b"sv);
    Secret second = std::move(first);
    EXPECT_EQ(second.bytes(), "a\0b"sv);
    Secret third;
    EXPECT_TRUE(third.empty());
    third = std::move(second);
    EXPECT_EQ(third.bytes(), "a\0b"sv);
    third = Secret{""sv};
    EXPECT_TRUE(third.empty());
}

}  // namespace
}  // namespace kleber
