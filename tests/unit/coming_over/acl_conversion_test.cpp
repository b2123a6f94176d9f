#include "gateway/coming_over/acl_conversion.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "gateway/auth/access_table.hpp"
#include "gateway/auth/acl_file.hpp"
#include "tests/unit/coming_over/mosquitto_rights.hpp"

namespace kleber::coming_over {
namespace {

using port::Principal;

struct Converted {
    std::string toml;
    Findings findings;
};

Converted convert(std::string_view acl, const std::vector<std::string>& names = {}) {
    const auto lines = parse_mosquitto_acl("acl", acl);
    EXPECT_TRUE(lines);
    Converted converted;
    if (lines) converted.toml = acl_toml(*lines, names, {"acl", 0}, converted.findings);
    return converted;
}

// The tables alone.
std::string tables_of(const std::string& toml) {
    const std::size_t first = toml.find("\n[");
    return first == std::string::npos ? "" : toml.substr(first + 1);
}

std::string findings_of(const Findings& findings) {
    std::string all;
    for (const Finding& one : findings.all()) {
        all += (one.is_lock ? "! " : "") + to_string(one.place) + ' ' + one.what + ": " + one.how +
               '\n';
    }
    return all;
}

TEST(AclConversion, WritesATableForEachThatIsMeant) {
    EXPECT_EQ(tables_of(convert("topic read news/#\n"
                                "user anna\n"
                                "topic home/#\n"
                                "topic deny home/safe\n"
                                "user a b\n"
                                "topic write x\n"
                                "pattern write dev/%c/%u\n")
                            .toml),
              "[everybody]\n"
              "write = [\n"
              "    \"dev/%c/%u\",  # line 7\n"
              "]\n"
              "\n"
              "[anonymous]\n"
              "read = [\n"
              "    \"news/#\",  # line 1\n"
              "]\n"
              "\n"
              "[user.\"a b\"]\n"
              "write = [\n"
              "    \"x\",  # line 6\n"
              "]\n"
              "\n"
              "[user.anna]\n"
              "read = [\n"
              "    \"home/#\",  # line 3\n"
              "]\n"
              "write = [\n"
              "    \"home/#\",  # line 3\n"
              "]\n"
              "deny = [\n"
              "    \"home/safe\",  # line 4\n"
              "]\n");
}

TEST(AclConversion, AddsWhatMakesOrderMeanTheSame) {
    // home/lamp alone would be the exception to +/lamp, which is denied.
    const std::string own = tables_of(convert("user anna\n"
                                              "topic read home/+\n"
                                              "topic deny +/safe\n"
                                              "topic read home/lamp\n"
                                              "topic deny +/lamp\n")
                                          .toml);
    EXPECT_EQ(own,
              "[user.anna]\n"
              "read = [\n"
              "    \"home/+\",  # line 2\n"
              "]\n"
              "deny = [\n"
              "    \"+/safe\",  # line 3\n"
              "    \"+/lamp\",  # line 5\n"
              "]\n");
    const std::string everybody = tables_of(convert("pattern read home/lamp\n"
                                                    "pattern deny +/%c\n")
                                                .toml);
    EXPECT_EQ(everybody,
              "[everybody]\n"
              "read = [\n"
              "    \"home/lamp\",  # line 1\n"
              "]\n"
              "deny = [\n"
              "    \"+/%c\",  # line 2\n"
              "    \"home/%c\",  # line 2, which holds for line 1\n"
              "]\n");
    const std::string pattern = tables_of(convert("user anna\n"
                                                  "topic read home/#\n"
                                                  "pattern deny home/%u/%c\n")
                                              .toml);
    EXPECT_EQ(pattern,
              "[everybody]\n"
              "deny = [\n"
              "    \"home/%u/%c\",  # line 3\n"
              "]\n"
              "\n"
              "[user.anna]\n"
              "read = [\n"
              "    \"home/#\",  # line 2\n"
              "    \"home/anna/%c\",  # line 2, in spite of the pattern of line 3\n"
              "]\n");
}

TEST(AclConversion, TellsWhatCannotBeSaid) {
    EXPECT_EQ(findings_of(convert("topic read a/%u\n"
                                  "topic deny a/%c\n"
                                  "pattern write dev-%u/x\n"
                                  "pattern deny dev/%n\n"
                                  "pattern read ok/%u\n",
                                  {"anna", "a+b", "c/d"})
                              .findings),
              "acl:1 topic read a/%u: it means these very letters, which stand for a name in "
              "acl.toml; nobody may do this now\n"
              "! acl:2 topic deny a/%c: it means these very letters, which stand for a name in "
              "acl.toml\n"
              "acl:3 pattern write dev-%u/x: %u is only a part of a level; nobody may do this now\n"
              "! acl:4 pattern deny dev/%n: %n stands for a name in acl.toml\n"
              "! acl user a+b: with + or # in the name no pattern allows anything in mosquitto; "
              "here those without %u do\n"
              "acl user c/d: no pattern with %u matches this name here\n");
}

// Thousands of small files, each line of which is about the same few topics.
TEST(AclConversion, GivesTheSameRightsAsMosquitto) {
    std::mt19937 random{20261120};
    const auto one_of = [&](const auto& all) {
        return all[std::uniform_int_distribution<std::size_t>{0, std::size(all) - 1}(random)];
    };
    constexpr std::array<const char*, 6> kLevels = {"a", "b", "+", "%u", "%c", "anna"};
    constexpr std::array<const char*, 5> kTopicLevels = {"a", "b", "+", "anna", "phone"};
    constexpr std::array<const char*, 5> kAccess = {"read ", "write ", "readwrite ", "deny ", ""};
    constexpr std::array<const char*, 5> kNames = {"a", "b", "anna", "phone", "$SYS"};
    const std::array<Principal, 4> people = {{{.user = "anna", .client_id = "phone"},
                                              {.user = "ben", .client_id = "a"},
                                              {.client_id = "phone"},
                                              {.client_id = "b"}}};
    std::size_t allowed_count = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string acl;
        for (int line = 0; line < 7; ++line) {
            if (random() % 5 == 0) acl += random() % 2 == 0 ? "user anna\n" : "user ben\n";
            const bool is_pattern = random() % 2 == 0;
            acl += is_pattern ? "pattern " : "topic ";
            acl += one_of(kAccess);
            const auto depth = 1 + random() % 3;
            for (std::size_t level = 0; level < depth; ++level) {
                if (level > 0) acl += '/';
                acl += is_pattern ? one_of(kLevels) : one_of(kTopicLevels);
            }
            if (random() % 4 == 0) acl += "/#";
            acl += '\n';
        }
        const auto lines = parse_mosquitto_acl("acl", acl);
        ASSERT_TRUE(lines) << acl;
        const Converted converted = convert(acl);
        ASSERT_FALSE(converted.findings.has_lost_locks()) << acl;
        auto rules = auth::parse_acl({"acl.toml", converted.toml});
        ASSERT_TRUE(rules) << converted.toml << text::render(rules.error());
        const auth::AccessTable table{1, std::move(*rules), {}};
        for (const Principal& who : people) {
            for (int question = 0; question < 12; ++question) {
                std::string topic = one_of(kNames);
                for (auto more = random() % 3; more > 0; --more)
                    topic += '/' + std::string{one_of(kNames)};
                const bool may_read = mosquitto_allows(*lines, who, topic, false);
                const bool may_write = mosquitto_allows(*lines, who, topic, true);
                allowed_count += may_read ? 1 : 0;
                ASSERT_EQ(table.may_read(who, topic), may_read)
                    << who.user << ' ' << who.client_id << " reads " << topic << "\n"
                    << acl << converted.toml;
                ASSERT_EQ(table.may_publish(who, topic), may_write)
                    << who.user << ' ' << who.client_id << " writes " << topic << "\n"
                    << acl << converted.toml;
            }
        }
    }
    EXPECT_GT(allowed_count, 10'000U);
}

}  // namespace
}  // namespace kleber::coming_over
