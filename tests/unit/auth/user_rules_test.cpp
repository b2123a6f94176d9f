#include "gateway/auth/user_rules.hpp"

#include <gtest/gtest.h>

#include "gateway/auth/access_table.hpp"

namespace kleber::auth {
namespace {

User user(const std::string& name) {
    return {.name = name, .password = PasswordHash::of_generated("x")};
}

TEST(UserRules, are_all_that_the_users_file_says_but_the_password) {
    User anna = user("anna");
    anna.groups = {"family"};
    anna.publish = {"home/+/set"};
    anna.subscribe = {"home/#"};
    User boss = user("boss");
    boss.admin = true;
    const Users users{{anna, boss}};
    const std::vector<UserRules> rules = rules_of(users, "users.toml");
    const std::vector<UserRules> expected = {
        {.name = "anna",
         .groups = {"family"},
         .publish = {"home/+/set"},
         .subscribe = {"home/#"},
         .place = "users.toml"},
        {.name = "boss", .is_admin = true, .place = "users.toml"}};
    EXPECT_EQ(rules, expected);
    EXPECT_EQ(rules_of(Users{}), std::vector<UserRules>{});
    EXPECT_EQ(rules_of(users.with(user("boss"))).size(), 2U);
    EXPECT_NE(rules_of(users.with(user("boss"))), rules_of(users));
}

TEST(UserRules, decide_for_those_whom_they_name_also_without_an_acl_file) {
    User guest = user("guest");
    guest.subscribe = {"home/#"};
    const auto table = make_authorizer(1, std::nullopt, rules_of(Users{{guest, user("anna")}}));
    ASSERT_NE(table, nullptr);
    EXPECT_TRUE(table->may_read({.user = "guest"}, "home/lamp"));
    EXPECT_FALSE(table->may_read({.user = "guest"}, "garden"));
    EXPECT_FALSE(table->may_publish({.user = "guest"}, "home/lamp"));
    EXPECT_TRUE(table->may_publish({.user = "anna"}, "home/lamp"));
    EXPECT_TRUE(table->may_publish({}, "home/lamp"));
    EXPECT_EQ(make_authorizer(1, std::nullopt, rules_of(Users{{user("anna")}})), nullptr);
}

}  // namespace
}  // namespace kleber::auth
