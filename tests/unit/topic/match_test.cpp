#include "gateway/topic/match.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/topic/name.hpp"
#include "gateway/topic/tree.hpp"

namespace kleber::topic {
namespace {

// One pair asked three ways, which must agree: as a pair, as a stored filter, as a stored name.
enum class Answer { No, Yes, Contradiction };

Answer ask(std::string_view filter, std::string_view name) {
    EXPECT_TRUE(is_valid_filter(filter)) << filter;
    EXPECT_TRUE(is_valid_name(name)) << name;
    const bool pair = matches(filter, name);

    Tree filters{1};
    filters.set_value(filters.insert(filter), 7);
    int found = 0;
    filters.for_each_filter_matching(name, [&](std::uint32_t value) { found += value == 7; });

    Tree names{2};
    const NodeId stored = names.insert(name);
    names.set_value(stored, 9);
    Cursor cursor = names.begin(filter);
    std::size_t steps = 1'000;
    const Cursor::Outcome outcome = names.next(cursor, steps);
    const bool walked = outcome.state == Cursor::State::Found && outcome.node == stored;
    names.close(cursor);

    if (found > 1 || (found == 1) != pair || walked != pair) return Answer::Contradiction;
    return pair ? Answer::Yes : Answer::No;
}

struct Row {
    std::string_view filter;
    std::string_view name;
};

void expect_all(Answer answer, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        EXPECT_EQ(ask(row.filter, row.name), answer) << row.filter << " and " << row.name;
    }
}

TEST(Match, multi_level_wildcard_includes_the_parent_level) {
    expect_all(Answer::Yes, {{"sport/tennis/player1/#", "sport/tennis/player1"},
                             {"sport/tennis/player1/#", "sport/tennis/player1/ranking"},
                             {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"},
                             {"sport/#", "sport"},
                             {"sport/#", "sport/"},
                             {"#", "sport"},
                             {"#", "/"},
                             {"#", "/sport"},
                             {"/#", "/"},
                             {"/#", "/sport"},
                             {"+/#", "sport"},
                             {"+/tennis/#", "sport/tennis"},
                             {"+/+/#", "/"}});
    expect_all(Answer::No, {{"sport/tennis/player1/#", "sport/tennis/player2"},
                            {"sport/tennis/player1/#", "sport/tennis"},
                            {"sport/tennis/player1/#", "sport/tennis/player10"},
                            {"sport/#", "sports"},
                            {"/#", "sport"},
                            {"+/+/#", "sport"}});
}

TEST(Match, single_level_wildcard_is_exactly_one_level) {
    expect_all(Answer::Yes, {{"sport/tennis/+", "sport/tennis/player1"},
                             {"sport/tennis/+", "sport/tennis/player2"},
                             {"sport/+", "sport/"},
                             {"+/+", "/finance"},
                             {"/+", "/finance"},
                             {"+", "finance"},
                             {"+/tennis/+", "sport/tennis/player1"},
                             {"sport/+/player1", "sport/tennis/player1"},
                             {"+/", "a/"},
                             {"a/+/+/d", "a///d"}});
    expect_all(Answer::No, {{"sport/tennis/+", "sport/tennis/player1/ranking"},
                            {"sport/+", "sport"},
                            {"+", "/finance"},
                            {"+/+", "finance"},
                            {"+/", "a"},
                            {"sport/+/player1", "sport/tennis/player2"},
                            {"sport/+/player1", "sport/player1"}});
}

TEST(Match, mqtt_4_7_2_1_and_mqtt311_4_7_2_1_leading_wildcard_hides_dollar_names) {
    expect_all(Answer::No, {{"#", "$SYS"},
                            {"#", "$SYS/monitor/Clients"},
                            {"+", "$SYS"},
                            {"+/#", "$SYS/monitor"},
                            {"+/monitor/Clients", "$SYS/monitor/Clients"},
                            {"#", "$"}});
    expect_all(Answer::Yes, {{"$SYS/#", "$SYS/monitor/Clients"},
                             {"$SYS/#", "$SYS"},
                             {"$SYS/monitor/+", "$SYS/monitor/Clients"},
                             {"$SYS/+/+", "$SYS/monitor/$Clients"},
                             {"+/+", "a/$SYS"},
                             {"a/#", "a/$SYS"},
                             {"#", "a$"},
                             {"$", "$"}});
}

TEST(Match, mqtt_4_7_3_4_and_mqtt311_4_7_3_4_nothing_is_normalised) {
    expect_all(Answer::Yes, {{"ACCOUNTS", "ACCOUNTS"},
                             {"Accounts payable", "Accounts payable"},
                             {"/finance", "/finance"},
                             {"a//b", "a//b"},
                             {"\xEF\xBB\xBF"
                              "a",
                              "\xEF\xBB\xBF"
                              "a"}});
    expect_all(Answer::No, {{"ACCOUNTS", "Accounts"},
                            {"/finance", "finance"},
                            {"finance", "finance/"},
                            {"a//b", "a/b"},
                            {"a/b", "a//b"},
                            {"a/./b", "a/b"},
                            {" a", "a"},
                            {"a", "a "},
                            {"a%2Fb", "a/b"},
                            {"\xEF\xBB\xBF"
                             "a",
                             "a"},
                            {"\xC3\xA9", "e\xCC\x81"}});
}

}  // namespace
}  // namespace kleber::topic
