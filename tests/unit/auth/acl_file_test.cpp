#include "gateway/auth/acl_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <utility>

#include "gateway/auth/access_table.hpp"

namespace kleber::auth {
namespace {

std::string errors_of(std::string text) {
    const auto rules = parse_acl({"acl.toml", std::move(text)});
    EXPECT_FALSE(rules);
    return rules ? "" : text::render(rules.error());
}

std::string example() {
    std::ifstream file{KLEBER_ETC_DIRECTORY "/acl.toml"};
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty());
    return text.str();
}

TEST(AclFile, NamesThePlaceOfEachEntry) {
    const auto rules = parse_acl({"etc/acl.toml",
                                  "[user.anna]\n"
                                  "read = [\"home/#\",\n"
                                  "        \"$SYS/#\"]\n"
                                  "group.family = { users = [\"anna\"], write = [\"a\"] }\n"
                                  "[client.\"x y\"]\n"
                                  "deny = [\"b\"]\n"});
    // group.family stands in [user.anna].
    EXPECT_FALSE(rules);
    const auto right = parse_acl({"etc/acl.toml",
                                  "group.family = { users = [\"anna\"], write = [\"a\"] }\n"
                                  "[user.anna]\n"
                                  "read = [\"home/#\",\n"
                                  "        \"$SYS/#\"]\n"
                                  "[client.\"x y\"]\n"
                                  "deny = [\"b\"]\n"});
    ASSERT_TRUE(right) << text::render(right.error());
    ASSERT_EQ(right->entries.size(), 4U);
    std::string all;
    for (const AccessEntry& entry : right->entries) {
        all += entry.place + ' ' + heading_of(entry) + ' ' + entry.pattern.text() + '\n';
    }
    EXPECT_EQ(all,
              "etc/acl.toml:1 [group.family] write a\n"
              "etc/acl.toml:3 [user.anna] read home/#\n"
              "etc/acl.toml:4 [user.anna] read $SYS/#\n"
              "etc/acl.toml:6 [client.x y] deny b\n");
    ASSERT_EQ(right->members.size(), 1U);
    EXPECT_EQ(right->members[0].group + ' ' + right->members[0].user, "family anna");
}

TEST(AclFile, ReportsAllThatIsWrong) {
    EXPECT_EQ(errors_of("[anna]\n"
                        "read = [\"a\"]\n"
                        "[users.anna]\n"
                        "read = [\"a\"]\n"
                        "[user]\n"
                        "read = [\"a\"]\n"
                        "[user.ben]\n"
                        "publish = [\"a\"]\n"
                        "red = [\"a\"]\n"
                        "read = \"a\"\n"
                        "write = [\"a\", 5, \"b#\", \"dev-%c\"]\n"
                        "deny = [\"$share/g/a\"]\n"
                        "users = [\"anna\"]\n"
                        "[group.g]\n"
                        "users = [\"\"]\n"),
              "acl.toml:1:2: error: nobody is called anna\n"
              "    [anna]\n"
              "     ^\n"
              "    write [user.NAME], [group.NAME], [client.ID], [anonymous] or [everybody]\n"
              "acl.toml:3:2: error: nobody is called users\n"
              "    [users.anna]\n"
              "     ^\n"
              "    did you mean user?\n"
              "acl.toml:6:1: error: whose read is it?\n"
              "    read = [\"a\"]\n"
              "    ^\n"
              "    write [user.NAME] above it\n"
              "acl.toml:8:1: error: unknown key publish\n"
              "    publish = [\"a\"]\n"
              "    ^\n"
              "    write write = [\"home/+/set\"]\n"
              "acl.toml:9:1: error: unknown key red\n"
              "    red = [\"a\"]\n"
              "    ^\n"
              "    did you mean read?\n"
              "acl.toml:10:8: error: expected a list of topic filters, found text\n"
              "    read = \"a\"\n"
              "           ^\n"
              "    write read = [\"home/+/temperature\"]\n"
              "acl.toml:11:15: error: expected text, found a whole number\n"
              "    write = [\"a\", 5, \"b#\", \"dev-%c\"]\n"
              "                  ^\n"
              "    write write = [\"home/+/temperature\"]\n"
              "acl.toml:11:18: error: not a topic filter\n"
              "    write = [\"a\", 5, \"b#\", \"dev-%c\"]\n"
              "                     ^\n"
              "    + stands for one whole level, # for the rest: home/+/temperature, home/#\n"
              "acl.toml:11:24: error: %c is only a part of a level\n"
              "    write = [\"a\", 5, \"b#\", \"dev-%c\"]\n"
              "                           ^\n"
              "    it must be a whole one: device/%c/state\n"
              "acl.toml:12:9: error: a shared subscription is decided by its filter\n"
              "    deny = [\"$share/g/a\"]\n"
              "            ^\n"
              "    leave out $share and the group\n"
              "acl.toml:13:1: error: unknown key users\n"
              "    users = [\"anna\"]\n"
              "    ^\n"
              "    there are read, write, subscribe and deny\n"
              "acl.toml:15:10: error: the name is empty\n"
              "    users = [\"\"]\n"
              "             ^\n");
}

TEST(AclFile, ThatIsNoFileOfThisKindIsAnError) {
    for (const char* text :
         {"user anna\ntopic read home/#\n", "[[user]]\nname = \"anna\"\n", "everybody = 5",
          "[user.anna]\nread = 5", "user = []", "\"\" = 1", "[user.\"\"]\nread = []",
          "[user.anna]\n[user.anna]\n", "[everybody]\nread = [[\"a\"]]", "\xFF\xFE", "[everybody",
          "everybody.read.x = [\"a\"]", "[everybody]\nread = [\"\\u0000\"]"}) {
        EXPECT_TRUE(errors_of(text).starts_with("acl.toml:")) << text;
    }
}

TEST(AclFile, HasALimit) {
    std::string text = "[everybody]\nread = [\n";
    for (std::size_t count = 0; count < kAclEntriesMax; ++count) text += "\"a\",\n";
    EXPECT_TRUE(parse_acl({"acl.toml", text + "]\n"}));
    const std::string errors = errors_of(text + "\"a\", \"a\"]\n");
    EXPECT_TRUE(errors.starts_with("acl.toml:10003:1: error: more than 10000\n")) << errors;
    EXPECT_EQ(errors.find("error", errors.find("error") + 1), std::string::npos) << errors;
}

TEST(AclFile, TheExampleMeansWhatItSays) {
    auto rules = parse_acl({"acl.toml", example()});
    ASSERT_TRUE(rules) << text::render(rules.error());
    const AccessTable table{1, std::move(rules).value(), {}};
    const port::Principal anna{.user = "anna", .client_id = "phone"};
    const port::Principal ben{.user = "ben", .client_id = "tablet"};
    const port::Principal sensor{.user = "sensor", .client_id = "t1"};
    const port::Principal guest{.client_id = "guest"};
    EXPECT_TRUE(table.may_read(guest, "weather/today"));
    EXPECT_TRUE(table.may_read(guest, "$SYS/broker/uptime"));
    EXPECT_FALSE(table.may_read(guest, "home/kitchen/t1/state"));
    EXPECT_TRUE(table.may_subscribe(guest, "#"));
    EXPECT_TRUE(table.may_read(ben, "home/kitchen/t1/state"));
    EXPECT_TRUE(table.may_publish(ben, "home/kitchen/lamp/set"));
    EXPECT_FALSE(table.may_publish(ben, "home/kitchen/lamp"));
    EXPECT_FALSE(table.may_read(ben, "home/safe/door"));
    EXPECT_FALSE(table.may_publish(ben, "home/safe/door/set"));
    EXPECT_TRUE(table.may_read(anna, "home/safe/door"));
    EXPECT_TRUE(table.may_publish(anna, "home/safe/door/set"));
    EXPECT_TRUE(table.may_publish(sensor, "home/kitchen/t1/state"));
    EXPECT_FALSE(table.may_publish(sensor, "home/kitchen/t2/state"));
    EXPECT_TRUE(table.may_subscribe(sensor, "home/+/t1/set"));
    EXPECT_FALSE(table.may_subscribe(sensor, "home/#"));
}

// A broken file must never crash, and never be half a table.
TEST(AclFile, DamagedBytesAreDiagnosedOrWhole) {
    const std::string text = example();
    std::minstd_rand random{17};
    for (int round = 0; round < 2000; ++round) {
        std::string damaged = text;
        for (int flips = 0; flips < 3; ++flips) {
            damaged[random() % damaged.size()] = static_cast<char>(random());
        }
        damaged.resize(random() % (damaged.size() + 1));
        const auto rules = parse_acl({"acl.toml", damaged});
        if (rules) continue;
        ASSERT_TRUE(text::render(rules.error()).starts_with("acl.toml:"));
    }
}

}  // namespace
}  // namespace kleber::auth
