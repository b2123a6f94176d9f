#include "gateway/auth/access_table.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/auth/acl_file.hpp"

namespace kleber::auth {
namespace {

AccessRules rules_of(std::string text) {
    auto rules = parse_acl({"acl.toml", std::move(text)});
    EXPECT_TRUE(rules) << text::render(rules.error());
    return rules ? std::move(rules).value() : AccessRules{};
}

std::unique_ptr<AccessTable> table_of(std::string text, const UsersRules& users = {}) {
    return std::make_unique<AccessTable>(1, rules_of(std::move(text)), users);
}

constexpr port::Principal kAnna{.user = "anna", .client_id = "phone"};
constexpr port::Principal kBen{.user = "ben", .client_id = "tablet"};
constexpr port::Principal kNobody{.client_id = "sensor"};

TEST(AccessTable, AllowsOnlyWhatAnEntryAllows) {
    const auto table = table_of(R"(
        [everybody]
        read = ["weather/#"]
        [anonymous]
        write = ["bell"]
        [user.anna]
        write = ["home/#"]
        [group.family]
        users = ["ben"]
        subscribe = ["home/+"]
        [client.sensor]
        write = ["sensor/%c"]
    )");
    EXPECT_TRUE(table->may_read(kNobody, "weather/today"));
    EXPECT_TRUE(table->may_read(kAnna, "weather"));
    EXPECT_FALSE(table->may_publish(kAnna, "weather"));
    EXPECT_TRUE(table->may_publish(kNobody, "bell"));
    EXPECT_FALSE(table->may_publish(kAnna, "bell"));
    EXPECT_TRUE(table->may_publish(kAnna, "home/lamp"));
    EXPECT_FALSE(table->may_read(kAnna, "home/lamp"));
    EXPECT_FALSE(table->may_publish(kBen, "home/lamp"));
    EXPECT_TRUE(table->may_read(kBen, "home/lamp"));
    EXPECT_TRUE(table->may_publish(kNobody, "sensor/sensor"));
    EXPECT_FALSE(table->may_publish(kNobody, "sensor/other"));
    EXPECT_FALSE(table->may_read({.user = "anna/", .client_id = "x"}, "home/lamp"));
}

// Who denies and who allows `home/safe/door`, and what comes of it.
TEST(AccessTable, TheMoreSpecificEntryWinsAndElseDeny) {
    struct Row {
        const char* allow_who;
        const char* allow;
        const char* deny_who;
        const char* deny;
        bool is_allowed;
    };
    const Row rows[] = {
        // The same on both sides.
        {"everybody", "home/#", "everybody", "home/#", false},
        {"user.anna", "home/safe/door", "user.anna", "home/safe/door", false},
        // The filter decides.
        {"everybody", "home/safe/door", "everybody", "home/#", true},
        {"everybody", "home/+/door", "everybody", "home/#", true},
        {"everybody", "home/#", "everybody", "home/safe/#", false},
        {"everybody", "home/+/door", "everybody", "home/safe/#", false},
        {"everybody", "+/safe/door", "everybody", "home/#", false},
        {"everybody", "home/safe/+", "everybody", "home/safe/#", true},
        {"everybody", "home/safe/door", "everybody", "home/safe/door/#", true},
        // Filters of which neither is within the other: the allow is no exception.
        {"everybody", "home/safe/#", "everybody", "home/+/door", false},
        {"everybody", "home/safe/#", "everybody", "home/+/door/#", false},
        {"everybody", "home/#", "everybody", "+/safe/door", false},
        {"user.anna", "home/safe/#", "everybody", "home/+/door", false},
        {"everybody", "home/+/door", "everybody", "+/+/+", true},
        {"everybody", "+/#", "everybody", "#", false},
        // Whom it is about decides.
        {"user.anna", "home/#", "everybody", "home/#", true},
        {"user.anna", "home/#", "group.family", "home/#", true},
        {"group.family", "home/#", "everybody", "home/#", true},
        {"client.phone", "home/#", "user.anna", "home/#", true},
        {"everybody", "home/#", "user.anna", "home/#", false},
        {"group.family", "home/#", "user.anna", "home/#", false},
        {"user.anna", "home/#", "client.phone", "home/#", false},
        // Both.
        {"user.anna", "home/safe/#", "everybody", "home/#", true},
        // One before the other: neither is the exception.
        {"user.anna", "home/#", "everybody", "home/safe/#", false},
        {"everybody", "home/safe/door", "user.anna", "#", false},
        // About somebody else.
        {"everybody", "home/#", "user.ben", "home/#", true},
        {"everybody", "home/#", "anonymous", "home/#", true},
    };
    for (const Row& row : rows) {
        const auto entry = [](const std::string& who, const char* list, const char* filter) {
            return who + '.' + list + " = [\"" + filter + "\"]\n";
        };
        const std::string allow = entry(row.allow_who, "read", row.allow);
        const std::string deny = entry(row.deny_who, "deny", row.deny);
        // Their order means nothing.
        for (const std::string& both : {allow + deny, deny + allow}) {
            const std::string text = "group.family.users = [\"anna\"]\n" + both;
            EXPECT_EQ(table_of(text)->may_read(kAnna, "home/safe/door"), row.is_allowed) << text;
            EXPECT_EQ(table_of(text)->may_subscribe(kAnna, "home/safe/door"), row.is_allowed)
                << text;
        }
    }
}

TEST(AccessTable, OneEntryMustBeTheExceptionToAllThatDeny) {
    // The filter of one and the person of another do not add up.
    const auto table = table_of(R"(
        [everybody]
        read = ["home/safe/door"]
        deny = ["home/#"]
        [user.anna]
        read = ["#"]
        deny = ["home/+/door"]
    )");
    EXPECT_FALSE(table->may_read(kAnna, "home/safe/door"));
    EXPECT_TRUE(table->may_read(kBen, "home/safe/door"));
    EXPECT_TRUE(table->may_read(kAnna, "garden/door"));
}

// What the same entries of one heading say of several topics.
TEST(AccessTable, ADenyInEveryRoomHoldsWhereARoomIsAllowed) {
    const auto table = table_of(R"(
        [group.guests]
        users = ["anna"]
        write = ["home/kitchen/#", "home/kitchen/lock/buzzer"]
        read = ["home/#", "garden/+"]
        deny = ["home/+/lock/#", "+/camera", "home/+/+/buzzer"]
    )");
    EXPECT_TRUE(table->may_publish(kAnna, "home/kitchen/lamp/set"));
    EXPECT_FALSE(table->may_publish(kAnna, "home/kitchen/lock/set"));
    EXPECT_FALSE(table->may_publish(kAnna, "home/kitchen/lock"));
    EXPECT_FALSE(table->may_read(kAnna, "home/camera"));
    EXPECT_FALSE(table->may_read(kAnna, "garden/camera"));
    EXPECT_TRUE(table->may_read(kAnna, "home/hall/camera"));
    EXPECT_FALSE(table->may_subscribe(kAnna, "home/+/lock/#"));
    EXPECT_FALSE(table->may_subscribe(kAnna, "home/kitchen/lock/+"));
    EXPECT_TRUE(table->may_subscribe(kAnna, "home/kitchen/#"));
    // One entry is an exception to all of them.
    EXPECT_TRUE(table->may_publish(kAnna, "home/kitchen/lock/buzzer"));
    EXPECT_FALSE(table->may_publish(kAnna, "home/kitchen/lamp/buzzer"));
}

TEST(AccessTable, DenyTakesAwayBothDirections) {
    const auto table = table_of(R"(
        [everybody]
        read = ["#"]
        write = ["#"]
        deny = ["home/safe/#"]
    )");
    EXPECT_FALSE(table->may_read(kAnna, "home/safe/door"));
    EXPECT_FALSE(table->may_publish(kAnna, "home/safe/door"));
    EXPECT_FALSE(table->may_publish(kAnna, "home/safe"));
    EXPECT_TRUE(table->may_publish(kAnna, "home/safes"));
}

TEST(AccessTable, TheBrokersOwnTopicsNeedAnEntryOfTheirOwn) {
    const auto table = table_of(R"(
        [everybody]
        read = ["#", "+/broker/uptime"]
        [user.anna]
        read = ["$SYS/broker/#"]
    )");
    EXPECT_FALSE(table->may_read(kBen, "$SYS/broker/uptime"));
    EXPECT_FALSE(table->may_subscribe(kBen, "$SYS/#"));
    EXPECT_TRUE(table->may_read(kAnna, "$SYS/broker/uptime"));
    EXPECT_TRUE(table->may_subscribe(kAnna, "$SYS/#"));
    EXPECT_FALSE(table->may_read(kAnna, "$SYS/other"));
}

TEST(AccessTable, ASubscriptionIsGrantedWhereSomethingMayCome) {
    struct Row {
        const char* lists;
        const char* filter;
        bool is_granted;
    };
    const Row rows[] = {
        {R"(read = ["home/+/temperature"])", "#", true},
        {R"(read = ["home/+/temperature"])", "+/+", false},
        {R"(read = ["home/+/temperature"])", "+/+/+", true},
        {R"(read = ["home/+/temperature"])", "home/kitchen/#", true},
        {R"(read = ["home/+/temperature"])", "home/kitchen/humidity", false},
        {R"(read = ["home/+/temperature"])", "$share/g/home/#", true},
        {R"(read = ["home/+/temperature"])", "$share/home/garden/#", false},
        {R"(write = ["#"])", "#", false},
        {R"(read = ["#"]
            deny = ["home/#"])",
         "home/+", false},
        {R"(read = ["#"]
            deny = ["home/#"])",
         "+/+", true},
        {R"(read = ["#", "home/door"]
            deny = ["home/#"])",
         "home/+", true},
        {R"(read = ["home/+/door"]
            deny = ["home/safe/#"])",
         "home/safe/door", false},
        {R"(read = ["home/+/door"]
            deny = ["home/safe/#"])",
         "home/#", true},
        // What two entries deny together is not seen: nothing comes, but it is granted.
        {R"(read = ["home/#"]
            deny = ["home", "home/+/#"])",
         "home/#", true},
        // Who shall not ask for more.
        {R"(subscribe = ["home/#"])", "home/#", true},
        {R"(subscribe = ["home/#"])", "home/+/door", true},
        {R"(subscribe = ["home/#"])", "#", false},
        {R"(subscribe = ["home/#"])", "+/door", false},
        {R"(subscribe = ["home/#"])", "$share/g/home/+", true},
        {R"(subscribe = ["home/#"])", "$share/g/#", false},
        {R"(subscribe = ["home/#"]
            read = ["weather"])",
         "#", true},
        {R"(subscribe = ["home/#"]
            deny = ["home/safe"])",
         "home/safe", false},
        {R"(subscribe = ["home/#"]
            deny = ["home/safe"])",
         "home/+", true},
    };
    for (const Row& row : rows) {
        const auto table = table_of(std::string{"[everybody]\n"} + row.lists + '\n');
        EXPECT_EQ(table->may_subscribe(kAnna, row.filter), row.is_granted)
            << row.lists << ": " << row.filter;
    }
}

TEST(AccessTable, NamesInPatternsAreThoseOfWhoAsks) {
    const auto table = table_of(R"(
        [everybody]
        write = ["users/%u/#", "devices/%c/state", "certificates/%n"]
        deny = ["users/%u/secret"]
    )");
    EXPECT_TRUE(table->may_publish(kAnna, "users/anna/x"));
    EXPECT_FALSE(table->may_publish(kAnna, "users/anna/secret"));
    EXPECT_FALSE(table->may_publish(kAnna, "users/ben/x"));
    EXPECT_TRUE(table->may_publish(kAnna, "devices/phone/state"));
    EXPECT_FALSE(table->may_publish(kAnna, "certificates/anna"));
    EXPECT_TRUE(table->may_publish({.client_id = "x", .common_name = "lamp"}, "certificates/lamp"));
    EXPECT_FALSE(table->may_publish(kNobody, "users//x"));
    EXPECT_FALSE(table->may_publish({.user = "#", .client_id = "+"}, "users/anna/x"));
    EXPECT_FALSE(table->may_publish({.user = "#", .client_id = "+"}, "devices/x/state"));
}

TEST(AccessTable, AFileWithoutEntriesAllowsNothing) {
    for (const char* text : {"", "# nothing\n", "\xEF\xBB\xBF", "[everybody]\n", "\r\n"}) {
        const auto table = table_of(text);
        EXPECT_FALSE(table->may_publish(kAnna, "a"));
        EXPECT_FALSE(table->may_read(kAnna, "a"));
        EXPECT_FALSE(table->may_subscribe(kNobody, "a"));
    }
}

TEST(AccessTable, UsersFiltersRestrictThemAndNobodyElse) {
    const UsersRules users{{
        {.name = "sensor", .publish = {"home/%c/state"}, .place = "users.toml:1"},
        {.name = "panel", .subscribe = {"home/#", "$share/flawed"}, .place = "users.toml:9"},
        {.name = "flawed", .publish = {"a#"}},
        {.name = "free"},
        {.name = "boss", .is_admin = true, .publish = {"x"}},
    }};
    const AccessTable table{1, std::nullopt, users};
    const auto as = [](const char* user) {
        return port::Principal{.user = user, .client_id = "id"};
    };
    EXPECT_TRUE(table.may_publish(as("sensor"), "home/id/state"));
    EXPECT_FALSE(table.may_publish(as("sensor"), "home/other/state"));
    EXPECT_FALSE(table.may_read(as("sensor"), "home/id/state"));
    EXPECT_FALSE(table.may_subscribe(as("sensor"), "#"));
    EXPECT_TRUE(table.may_read(as("panel"), "home/x"));
    EXPECT_FALSE(table.may_publish(as("panel"), "home/x"));
    EXPECT_TRUE(table.may_subscribe(as("panel"), "home/+"));
    EXPECT_FALSE(table.may_subscribe(as("panel"), "#"));
    EXPECT_FALSE(table.may_publish(as("flawed"), "a"));
    for (const char* user : {"free", "boss", ""}) {
        EXPECT_TRUE(table.may_publish(as(user), "a")) << user;
        EXPECT_TRUE(table.may_read(as(user), "$SYS/x")) << user;
        EXPECT_TRUE(table.may_subscribe(as(user), "#")) << user;
    }
}

// Somebody who is just being removed, say: less restricted than before he must not be.
TEST(AccessTable, WhomTheUsersFileDoesNotKnowMayDoNothing) {
    const UsersRules users{{{.name = "panel", .publish = {"a"}}, {.name = "free"}}};
    const port::Principal removed{.user = "removed", .client_id = "id"};
    const AccessTable table{1, std::nullopt, users};
    EXPECT_FALSE(table.may_publish(removed, "a"));
    EXPECT_FALSE(table.may_read(removed, "a"));
    EXPECT_FALSE(table.may_subscribe(removed, "a"));
    EXPECT_EQ(table.decide(Question::Read, removed, "a").why, Verdict::Why::Unknown);
    EXPECT_TRUE(table.may_publish({.user = "free"}, "b"));
    const AccessTable nobody{1, std::nullopt, std::vector<UserRules>{}};
    EXPECT_FALSE(nobody.may_publish(removed, "a"));
    EXPECT_TRUE(nobody.may_publish(kNobody, "a"));
    // With an ACL file that says what may be done, by whoever has proved a name.
    const auto file = table_of("everybody.read = [\"a\"]\nuser.removed.write = [\"%u\"]", users);
    EXPECT_TRUE(file->may_read(removed, "a"));
    EXPECT_TRUE(file->may_publish(removed, "removed"));
    EXPECT_FALSE(file->may_publish(removed, "a"));
    // Without a users' file a certificate is all that names somebody.
    const AccessTable none{1, std::nullopt, std::nullopt};
    EXPECT_TRUE(none.may_publish(removed, "a"));
}

TEST(AccessTable, FileAndUsersAddUp) {
    const auto table = table_of(R"(
        [everybody]
        read = ["weather"]
        [group.family]
        users = ["anna"]
        read = ["home/#"]
        [user.panel]
        deny = ["home/safe"]
    )",
                                {{{.name = "panel", .subscribe = {"home/+"}},
                                  {.name = "ben", .groups = {"family", "family", "other"}},
                                  {.name = "boss", .is_admin = true}}});
    const port::Principal panel{.user = "panel"};
    EXPECT_TRUE(table->may_read(panel, "weather"));
    EXPECT_TRUE(table->may_read(panel, "home/lamp"));
    EXPECT_FALSE(table->may_read(panel, "home/safe"));
    EXPECT_TRUE(table->may_read(kAnna, "home/safe"));
    EXPECT_TRUE(table->may_read(kBen, "home/safe"));
    EXPECT_TRUE(table->may_publish({.user = "boss"}, "anything"));
    EXPECT_TRUE(table->may_read({.user = "boss"}, "$SYS/anything"));
}

TEST(AccessTable, SaysWhichEntryDecides) {
    const auto table = table_of(R"([everybody]
read = ["home/#"]
deny = [
  "home/safe/#",
]
[user.anna]
subscribe = ["garden/#"]
[user.ben]
read = ["#", "home/safe/door"]
)",
                                UsersRules{{{.name = "boss", .is_admin = true}}});
    const auto decide = [&](Question question, const port::Principal& who, const char* topic) {
        const Verdict verdict = table->decide(question, who, topic);
        const auto place_of = [](const AccessEntry& entry) {
            return ' ' + heading_of(entry) + ' ' + entry.pattern.text() + ' ' + entry.place;
        };
        std::string text = verdict.is_allowed ? "yes " : "no ";
        text += std::to_string(static_cast<int>(verdict.why));
        if (verdict.entry) text += place_of(*verdict.entry);
        for (const AccessEntry* deny : verdict.beaten) text += " beats" + place_of(*deny);
        return text;
    };
    EXPECT_EQ(decide(Question::Read, kAnna, "home/x"), "yes 0 [everybody] read home/# acl.toml:2");
    EXPECT_EQ(decide(Question::Read, kAnna, "home/safe/x"),
              "no 0 [everybody] deny home/safe/# acl.toml:4");
    EXPECT_EQ(decide(Question::Read, kBen, "home/safe/x"),
              "no 0 [everybody] deny home/safe/# acl.toml:4");
    EXPECT_EQ(decide(Question::Publish, kAnna, "home/safe/x"),
              "no 0 [everybody] deny home/safe/# acl.toml:4");
    EXPECT_EQ(decide(Question::Publish, kAnna, "home/x"), "no 1");
    EXPECT_EQ(decide(Question::Subscribe, kAnna, "garden/+"),
              "yes 0 [user.anna] subscribe garden/# acl.toml:7");
    EXPECT_EQ(decide(Question::Subscribe, kAnna, "+/x/y/z"),
              "yes 0 [everybody] read home/# acl.toml:2");
    EXPECT_EQ(decide(Question::Subscribe, kAnna, "home/safe/x"),
              "no 0 [everybody] deny home/safe/# acl.toml:4");
    const std::string exception =
        "yes 0 [user.ben] read home/safe/door acl.toml:9 beats "
        "[everybody] deny home/safe/# acl.toml:4";
    EXPECT_EQ(decide(Question::Read, kBen, "home/safe/door"), exception);
    EXPECT_EQ(decide(Question::Subscribe, kBen, "home/safe/door"), exception);
    EXPECT_EQ(decide(Question::Read, {.user = "boss"}, "x"), "yes 3");
}

TEST(MakeAuthorizer, MakesNoneWhereEverythingIsAllowed) {
    EXPECT_EQ(make_authorizer(1, std::nullopt, {}), nullptr);
    const UsersRules free{{{.name = "free", .groups = {"family"}},
                           {.name = "boss", .is_admin = true, .publish = {"x"}}}};
    EXPECT_EQ(make_authorizer(1, std::nullopt, free), nullptr);
    const UsersRules panel{{{.name = "panel", .subscribe = {"x"}}}};
    const auto some = make_authorizer(7, std::nullopt, panel);
    ASSERT_NE(some, nullptr);
    EXPECT_EQ(some->generation(), 7U);
    EXPECT_NE(make_authorizer(1, AccessRules{}, {}), nullptr);
}

}  // namespace
}  // namespace kleber::auth
