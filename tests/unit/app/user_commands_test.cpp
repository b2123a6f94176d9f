#include "gateway/app/user_commands.hpp"

#include <gmock/gmock.h>

#include "gateway/app/users_text.hpp"

namespace kleber::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using text::Json;

const std::string kHash =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

Json json(const std::string& text) {
    const auto parsed = text::parse_json(text, {.bytes_max = 1 << 20});
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : Json{};
}

// What becomes of the users, or the reason why nothing does.
Result<auth::Users, std::string> changed(const std::string& request,
                                         const auth::Users& before = {}) {
    const auto change = user_change_of(json(request));
    if (!change) return fail(change.error());
    return (*change)(before);
}

std::string error(const std::string& request, const auth::Users& before = {}) {
    const auto after = changed(request, before);
    EXPECT_FALSE(after) << request;
    return after ? "" : after.error();
}

std::string adding(const std::string& name, const std::string& more = {}) {
    return R"({"command":"user_add","name":")" + name + R"(","password":")" + kHash + '"' + more +
           '}';
}

TEST(UserCommands, add_with_all_that_is_said) {
    const auto users = changed(adding("anna", R"(,"admin":true,"groups":["g"],"publish":["a/+"],)"
                                              R"("subscribe":["#"])"));
    ASSERT_TRUE(users) << users.error();
    const auth::User* anna = users->find("anna");
    ASSERT_NE(anna, nullptr);
    EXPECT_TRUE(anna->admin);
    EXPECT_EQ(anna->password.text(), kHash);
    EXPECT_THAT(anna->groups, ElementsAre("g"));
    EXPECT_THAT(anna->publish, ElementsAre("a/+"));
    EXPECT_THAT(anna->subscribe, ElementsAre("#"));
    const auto plain = changed(adding("bert"));
    ASSERT_TRUE(plain);
    EXPECT_FALSE(plain->find("bert")->admin);
}

TEST(UserCommands, change_passwords_and_remove) {
    const auth::Users before = *changed(adding("anna", R"(,"admin":true)"));
    const std::string other = auth::PasswordHash::of_generated("x").text();
    const auto after =
        changed(R"({"command":"user_passwd","name":"anna","password":")" + other + R"("})", before);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->find("anna")->password.text(), other);
    EXPECT_TRUE(after->find("anna")->admin);
    const auto empty = changed(R"({"command":"user_remove","name":"anna"})", before);
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->find("anna"), nullptr);
}

TEST(UserCommands, refuse_what_makes_no_sense) {
    EXPECT_EQ(error(R"({"command":"user_add"})"), "expected the user's name as text");
    EXPECT_EQ(error(R"({"command":"user_remove","name":7})"), "expected the user's name as text");
    EXPECT_EQ(error(adding("")), "the name \"\" must not be empty");
    EXPECT_THAT(error(adding("a\\nb")), HasSubstr("contains control characters"));
    EXPECT_EQ(error(R"({"command":"user_add","name":"a"})"),
              "expected the hash of a password as text");
    // A password itself is never taken for a hash, nor shown.
    EXPECT_EQ(error(R"({"command":"user_add","name":"a","password":"hunter2"})"),
              "password: not a hash, but perhaps a password");
    EXPECT_EQ(error(adding("a", R"(,"groups":"g")")), "groups is a list of at most 1000");
    EXPECT_EQ(error(adding("a", R"(,"publish":[1])")), "publish is a list of texts");
    EXPECT_EQ(error(adding("a", R"(,"subscribe":["a/#/b"])")), "\"a/#/b\" is no topic filter");
    EXPECT_EQ(error(R"({"command":"user_remove","name":"a"})"), "there is no user a");
}

TEST(UserCommands, list_users_in_pages) {
    std::vector<auth::User> many;
    const auto hash = auth::PasswordHash::of_generated("x");
    for (int number = 0; number < 250; ++number) {
        many.push_back({.name = 'u' + std::to_string(1000 + number), .password = hash});
    }
    const auth::Users users{many};
    std::vector<std::string> names;
    std::int64_t cursor = 0;
    int pages = 0;
    do {
        const Json answer = json(users_answer(
            users, json(R"({"command":"users","cursor":)" + std::to_string(cursor) + '}')));
        for (const Json& row : *answer.find("users")->array())
            names.push_back(*row.string_at("name"));
        const std::int64_t* next = answer.integer_at("next");
        cursor = next ? *next : 0;
        ++pages;
    } while (cursor != 0);
    EXPECT_EQ(pages, 3);
    ASSERT_EQ(names.size(), 250U);
    EXPECT_EQ(names.front(), "u1000");
    EXPECT_EQ(names.back(), "u1249");
    for (const char* odd : {"-1", "250", "9223372036854775807"}) {
        const Json answer =
            json(users_answer(users, json(R"({"cursor":)" + std::string{odd} + '}')));
        EXPECT_EQ(*answer.boolean_at("ok"), true);
    }
}

TEST(UserCommands, show_one_user_without_its_hash) {
    const auth::Users users =
        *changed(adding("anna", R"(,"admin":true,"groups":["g","h"],"publish":["a/+"])"));
    const std::string answer = users_answer(users, json(R"({"command":"users","name":"anna"})"));
    EXPECT_EQ(answer, R"({"ok":true,"users":[{"name":"anna","admin":true,"groups":["g","h"],)"
                      R"("publish":["a/+"],"subscribe":[]}]})");
    EXPECT_EQ(users_answer(users, json(R"({"command":"users","name":"bert"})")),
              control::failure("there is no user bert"));
    const Json parsed = json(answer);
    const Json::Array& rows = *parsed.find("users")->array();
    EXPECT_EQ(users_list_text(rows), "anna (admin)\n");
    EXPECT_EQ(users_details_text(rows), "anna (admin)\n    groups: g, h\n    may publish: a/+\n");
    EXPECT_EQ(users_list_text({}), "no users\n");
}

}  // namespace
}  // namespace kleber::app
