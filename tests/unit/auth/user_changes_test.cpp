#include "gateway/auth/user_changes.hpp"

#include <gmock/gmock.h>

namespace kleber::auth {
namespace {

User user(const std::string& name, const std::string& password = "x") {
    return {.name = name, .password = PasswordHash::of_generated(password), .admin = true};
}

std::string error(const Result<Users, std::string>& changed) {
    return changed ? "" : changed.error();
}

TEST(UserChanges, add_and_remove) {
    const auto one = adding(user("anna"))(std::nullopt);
    ASSERT_TRUE(one);
    EXPECT_NE(one->find("anna"), nullptr);
    EXPECT_EQ(error(adding(user("anna"))(*one)), "there is a user anna already");
    const auto two = adding(user("bert"))(*one);
    ASSERT_TRUE(two);
    const auto left = removing("anna")(*two);
    ASSERT_TRUE(left);
    EXPECT_EQ(left->all().size(), 1U);
    EXPECT_EQ(error(removing("anna")(*left)), "there is no user anna");
    EXPECT_EQ(error(removing("anna")(std::nullopt)), "there is no user anna");
}

TEST(UserChanges, stop_at_the_limit) {
    std::vector<User> many;
    const User one = user("u");
    for (std::size_t number = 0; number < kUsersMax; ++number) {
        many.push_back(one);
        many.back().name += std::to_string(number);
    }
    EXPECT_EQ(error(adding(user("anna"))(Users{many})), "there are 10000 users already");
}

TEST(UserChanges, set_a_password_and_nothing_else) {
    const Users before{{user("anna", "old")}};
    const PasswordHash better = PasswordHash::of_generated("new");
    const auto after = setting_password("anna", better)(before);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->find("anna")->password, better);
    EXPECT_TRUE(after->find("anna")->admin);
    EXPECT_EQ(error(setting_password("bert", better)(before)), "there is no user bert");
    EXPECT_EQ(error(setting_password("bert", better)(std::nullopt)), "there is no user bert");
}

TEST(UserChanges, upgrade_only_what_is_still_there) {
    const Users before{{user("anna"), user("bert"), user("carl")}};
    const auto upgrade = [&](const char* name) {
        const User* known = before.find(name);
        return PasswordUpgrade{name, known ? known->password : user(name).password,
                               PasswordHash::of_generated(std::string{name} + " again")};
    };
    const PasswordUpgrade anna = upgrade("anna");
    const PasswordUpgrade carl = upgrade("carl");
    const auto after = upgrading({anna, upgrade("dora"), carl})(before);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->find("anna")->password, anna.better);
    EXPECT_EQ(after->find("bert")->password, before.find("bert")->password);
    EXPECT_EQ(after->find("carl")->password, carl.better);
    EXPECT_EQ(after->all().size(), 3U);
    EXPECT_EQ(error(upgrading({anna, carl})(*after)), "their passwords have changed meanwhile");
    EXPECT_FALSE(upgrading({upgrade("dora")})(before));
    EXPECT_FALSE(upgrading({anna})(std::nullopt));
}

}  // namespace
}  // namespace kleber::auth
