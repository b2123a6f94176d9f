#include "gateway/auth/users_text.hpp"

#include <gmock/gmock.h>

namespace kleber::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kHash =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

std::string user(const std::string& name, const std::string& more = {}) {
    return "[[user]]\nname = \"" + name + "\"\npassword = \"" + kHash + "\"\n" + more;
}

Users users_of(const std::string& text) {
    const auto users = parse_users({"users.toml", text});
    EXPECT_TRUE(users) << text << '\n' << (users ? "" : render(users.error()));
    return users ? *users : Users{};
}

std::string errors_of(const std::string& text) {
    const auto users = parse_users({"users.toml", text});
    EXPECT_FALSE(users) << text;
    return users ? "" : render(users.error());
}

TEST(UsersText, says_all_of_a_user) {
    const Users users =
        users_of(user("anna",
                      "admin = true\ngroups = [\"family\", \"a b\"]\n"
                      "publish = [\"home/+/set\"]\nsubscribe = [\"#\", \"$SYS/#\"]\n") +
                 user("bert"));
    ASSERT_EQ(users.all().size(), 2U);
    const User* anna = users.find("anna");
    ASSERT_NE(anna, nullptr);
    EXPECT_TRUE(anna->admin);
    EXPECT_EQ(anna->password.text(), kHash);
    EXPECT_THAT(anna->groups, ElementsAre("family", "a b"));
    EXPECT_THAT(anna->publish, ElementsAre("home/+/set"));
    EXPECT_THAT(anna->subscribe, ElementsAre("#", "$SYS/#"));
    const User* bert = users.find("bert");
    ASSERT_NE(bert, nullptr);
    EXPECT_FALSE(bert->admin);
    EXPECT_THAT(bert->groups, IsEmpty());
    EXPECT_EQ(users.find("carl"), nullptr);
    EXPECT_EQ(users.find(""), nullptr);
    EXPECT_EQ(users.find("Anna"), nullptr);
}

TEST(UsersText, reads_what_it_writes) {
    User odd{.name = "a\"\\' #[b]=\xC3\xBC\xF0\x9F\x98\x80 + %u $x",
             .password = PasswordHash::of_generated("x")};
    odd.groups = {"\\", "\""};
    odd.publish = {"a/\"b\"/+", "\\x/#"};
    User plain{.name = "bert", .password = *PasswordHash::parse(kHash)};
    plain.admin = true;
    const Users users{{odd, plain}};
    EXPECT_EQ(users_of(text_of(users)), users);
    EXPECT_EQ(users_of(text_of(Users{})), Users{});
}

TEST(UsersText, without_users_is_an_empty_table) {
    for (const char* text : {"", "\n\n", "# nobody\n", "\r\n# nobody\r\n", "user = []\n"}) {
        EXPECT_THAT(users_of(text).all(), IsEmpty()) << text;
    }
}

TEST(UsersText, takes_other_line_ends) {
    std::string text = user("anna") + user("bert");
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
        text.insert(at, 1, '\r');
    }
    EXPECT_EQ(users_of(text).all().size(), 2U);
}

TEST(UsersText, all_that_is_wrong_is_told_with_its_line) {
    EXPECT_EQ(
        errors_of("colour = 1\n" +
                  user("anna",
                       "amdin = true\nadmin = \"yes\"\ngroups = \"x\"\n"
                       "publish = [1, \"a/#/b\"]\n") +
                  "[[user]]\nname = \"\"\npassword = \"secret\"\n" + user("anna") + "[[user]]\n"),
        "users.toml:1:1: error: unknown key \"colour\"\n"
        "users.toml:5:1: error: unknown key \"amdin\"\n"
        "    did you mean admin?\n"
        "users.toml:6:9: error: admin: expected true or false\n"
        "users.toml:7:10: error: groups: expected a list of texts\n"
        "users.toml:8:12: error: publish: expected text\n"
        "users.toml:8:15: error: publish: \"a/#/b\" is no topic filter\n"
        "users.toml:10:8: error: name: \"\" must not be empty\n"
        "users.toml:11:12: error: password: not a hash, but perhaps a password\n"
        "    kleber user passwd NAME makes a hash\n"
        "users.toml:13:8: error: there is a user \"anna\" in line 3 already\n"
        "users.toml:15:1: error: a user without a name\n"
        "users.toml:15:1: error: a user without a password\n"
        "    kleber user passwd NAME\n");
}

TEST(UsersText, never_shows_a_password) {
    for (const std::string& text : {
             std::string{"[[user]]\nname = \"anna\"\npassword = \"hunter2\"\n"},
             std::string{"[[user]]\nname = \"anna\"\npassword = hunter2\n"},
             std::string{"[[user]]\nname = \"anna\"\npassword = \"hunter2\n"},
             std::string{"[[user]]\nname = \"anna\", password = \"hunter2\"\n"},
             std::string{"anna:hunter2\n"},
             user("anna", "x = \"hunter2\"\n"),
         }) {
        EXPECT_THAT(errors_of(text), Not(HasSubstr("hunter2"))) << text;
    }
}

TEST(UsersText, refuses_names_that_play_with_their_reader) {
    for (const char* name : {"a\\nb", "a\\tb", "\\u001b[2J", "\\u007f", "\\u0085", "a\\u0000b"}) {
        EXPECT_THAT(errors_of(user(name)), HasSubstr("users.toml:2:8: error: name: ")) << name;
    }
    EXPECT_THAT(errors_of(user(std::string(257, 'a'))), HasSubstr("longer than 256 bytes"));
    for (const char* name : {"+", "#", "a/#", "%c", "%u", "\\uFEFF", "a b", "\xC3\xA4", "$SYS"}) {
        EXPECT_EQ(users_of(user(name)).all().size(), 1U) << name;
    }
}

TEST(UsersText, refuses_garbage_of_any_kind) {
    using namespace std::string_literals;
    for (const std::string& text :
         {"anna:$6$abc"s, "\0\0\0"s, "[[user]"s, "user = 1"s, "[user]\nname = \"a\""s,
          "user = [1]"s, "user = [[]]"s, "\xFF\xFE"s, user("a") + "[[user]\n", user("\xFF"),
          std::string(5 << 20, '#')}) {
        EXPECT_THAT(errors_of(text), HasSubstr("error: ")) << text.substr(0, 80);
    }
}

TEST(UsersText, keeps_to_its_limits) {
    std::string text;
    for (std::size_t number = 0; number <= kUsersMax; ++number) {
        text +=
            "[[user]]\nname = \"" + std::to_string(number) + "\"\npassword = \"" + kHash + "\"\n";
    }
    EXPECT_THAT(errors_of(text), HasSubstr("more than 10000 users"));
    std::string groups = "groups = [";
    for (int number = 0; number < 1001; ++number) groups += "\"g\",";
    EXPECT_THAT(errors_of(user("anna", groups + "]\n")), HasSubstr("groups: more than 1000"));
}

TEST(Users, are_changed_by_making_others) {
    const Users none;
    const Users one = none.with({.name = "anna", .password = PasswordHash::of_generated("1")});
    const Users two = one.with({.name = "Bert", .password = PasswordHash::of_generated("2")});
    const Users changed = two.with({.name = "anna", .password = PasswordHash::of_generated("3")});
    EXPECT_THAT(none.all(), IsEmpty());
    EXPECT_EQ(two.all().size(), 2U);
    EXPECT_EQ(two.all().front().name, "Bert");
    EXPECT_EQ(changed.all().size(), 2U);
    EXPECT_TRUE(*changed.find("anna")->password.matches("3"));
    EXPECT_TRUE(*two.find("anna")->password.matches("1"));
    EXPECT_EQ(changed.without("anna").without("nobody").all().size(), 1U);
}

}  // namespace
}  // namespace kleber::auth
