#include "gateway/base/reason_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kleber {
namespace {

TEST(ReasonCode, errors_start_at_0x80) {
    EXPECT_FALSE(is_error(ReasonCode::Success));
    EXPECT_FALSE(is_error(ReasonCode::ReAuthenticate));
    EXPECT_TRUE(is_error(ReasonCode::UnspecifiedError));
    EXPECT_TRUE(is_error(ReasonCode::WildcardSubscriptionsNotSupported));
}

TEST(ReasonCode, has_a_name_of_its_own_for_each_of_the_specification) {
    std::set<std::string_view> names;
    for (int code = 0; code < 256; ++code) {
        const std::string_view name = name_of(static_cast<ReasonCode>(code));
        if (name == "unknown reason") continue;
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_EQ(names.size(), 43U);
    EXPECT_EQ(name_of(ReasonCode::SessionTakenOver), "session taken over");
}

}  // namespace
}  // namespace kleber
