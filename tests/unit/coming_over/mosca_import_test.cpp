#include "gateway/coming_over/mosca_import.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "gateway/auth/users_text.hpp"

namespace kleber::coming_over {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kSalt(86, 'A');
const std::string kHash(171, 'A');

// A user as `mosca adduser` writes it.
std::string user(const std::string& name, const std::string& rights = {}) {
    return '"' + name + R"(":{"salt":")" + kSalt + R"(==","hash":")" + kHash + "=\"" +
           (rights.empty() ? "" : "," + rights) + '}';
}

std::string publish(const std::string& glob) {
    return R"("authorizePublish":")" + glob + '"';
}

MoscaUsers imported(const std::string& text) {
    auto made = import_mosca("credentials.json", text);
    EXPECT_TRUE(made) << text << ": " << (made ? "" : made.error());
    return made ? std::move(*made) : MoscaUsers{};
}

std::string file(const std::string& name) {
    std::ifstream in{KLEBER_GOLDEN_DIRECTORY "/" + name};
    EXPECT_TRUE(in) << name;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Its credentials were made by Mosca 2.8.3: `mosca --authorize-publish ... adduser`.
TEST(MoscaImport, makes_users_and_three_lists) {
    const MoscaUsers made = imported(file("mosca_credentials.json"));
    EXPECT_EQ(auth::text_of(made.users), file("mosca_users.toml"));
    EXPECT_EQ(text_of(made.findings), file("mosca_findings.txt"));
    EXPECT_FALSE(made.findings.has_lost_locks());
    const auth::User* anna = made.users.find("anna");
    ASSERT_TRUE(anna);
    const auto knows = anna->password.matches("secret");
    EXPECT_TRUE(knows && *knows);
}

TEST(MoscaImport, without_globs_everything_is_allowed) {
    for (const char* rights : {"", R"("authorizePublish":null,"authorizeSubscribe":"")",
                               R"("authorizePublish":false,"authorizeSubscribe":0)"}) {
        const MoscaUsers made = imported('{' + user("anna", rights) + '}');
        ASSERT_EQ(made.users.all().size(), 1U) << rights;
        EXPECT_THAT(made.users.all().front().publish, ElementsAre("#"));
        EXPECT_THAT(made.users.all().front().subscribe, ElementsAre("#"));
    }
}

// Without filters it would not be restricted at all.
TEST(MoscaImport, who_is_left_without_any_right_is_left_out) {
    const MoscaUsers made =
        imported('{' + user("anna", publish("s*") + R"(,"authorizeSubscribe":7)") + ',' +
                 user("bert") + '}');
    ASSERT_EQ(made.users.all().size(), 1U);
    EXPECT_EQ(made.users.all().front().name, "bert");
    EXPECT_THAT(text_of(made.findings), HasSubstr("left out: no right is left"));
    EXPECT_FALSE(made.findings.has_lost_locks());
}

TEST(MoscaImport, whose_hash_is_another_one_needs_a_new_password) {
    for (const char* value :
         {"{}", "1", "null", "[]", R"({"salt":"c2FsdA==","hash":"x"})", R"({"salt":1,"hash":2})"}) {
        const MoscaUsers made = imported(std::string{R"({"anna":)"} + value + '}');
        EXPECT_TRUE(made.users.all().empty()) << value;
        EXPECT_THAT(text_of(made.findings), HasSubstr("gives a new password")) << value;
    }
    EXPECT_TRUE(imported('{' + user("an\\u0007na") + '}').users.all().empty());
    EXPECT_TRUE(imported('{' + user("") + '}').users.all().empty());
}

TEST(MoscaImport, the_last_of_two_users_with_one_name_counts) {
    const MoscaUsers made =
        imported('{' + user("anna", publish("a")) + ',' + user("anna", publish("b")) + '}');
    ASSERT_EQ(made.users.all().size(), 1U);
    EXPECT_THAT(made.users.all().front().publish, ElementsAre("b"));
}

TEST(MoscaImport, a_dot_that_hides_a_level_from_others_is_lost) {
    const std::string hidden = user("bert", publish("home/.secret/**"));
    const std::string narrow = publish("a") + R"(,"authorizeSubscribe":"a")";
    EXPECT_TRUE(imported('{' + user("anna") + ',' + hidden + '}').findings.has_lost_locks());
    EXPECT_FALSE(
        imported('{' + user("anna", narrow) + ',' + hidden + '}').findings.has_lost_locks());
    const std::string lists = text_of(imported('{' + user("anna") + ',' + hidden + '}').findings);
    EXPECT_THAT(lists, HasSubstr("! credentials.json: user \"bert\": authorizePublish"));
    EXPECT_THAT(lists, Not(HasSubstr("mosquitto")));
}

TEST(MoscaImport, refuses_what_is_no_such_file) {
    for (const std::string& text :
         {std::string{}, std::string{"[]"}, std::string{"3"}, std::string{"{"}, std::string{"{} x"},
          std::string(100, '['), std::string(kCredentialsBytesMax + 1, ' ')}) {
        EXPECT_FALSE(import_mosca("credentials.json", text)) << text.substr(0, 100);
    }
    EXPECT_TRUE(imported("{}").users.all().empty());
    std::string many = "{";
    for (std::size_t count = 0; count <= auth::kUsersMax; ++count) {
        many += (count == 0 ? "\"" : ",\"") + std::to_string(count) + "\":1";
    }
    EXPECT_FALSE(import_mosca("credentials.json", many + '}'));
}

}  // namespace
}  // namespace kleber::coming_over
