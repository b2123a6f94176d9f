#include <gtest/gtest.h>

#include "gateway/app/history_command.hpp"

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kMidnight{std::chrono::hours{24} * 20'777};

TEST(HistoryAnswer, rows_and_where_more_begins) {
    recorder::History::Page page;
    page.rows.push_back({kMidnight, 1min, 21.5, 21, 22, 6});
    EXPECT_EQ(history_answer(page),
              R"({"ok":true,"rows":[{"time":1795132800000,"seconds":60,"mean":21.5,"min":21,)"
              R"("max":22,"count":6}]})");
    page.rows.clear();
    page.next = kMidnight;
    EXPECT_EQ(history_answer(page), R"({"ok":true,"rows":[],"next":1795132800000})");
    EXPECT_EQ(history_topics_answer({"a", "b"}), R"({"ok":true,"topics":["a","b"]})");
}

TEST(HistoryAnswer, a_topic_without_one_says_what_to_do) {
    const auto meant = text::parse_json(no_history_answer("home/temprature", {"home/temperature"}));
    EXPECT_EQ(*meant->string_at("error"),
              "there is no history of home/temprature; did you mean home/temperature?");
    const auto other = text::parse_json(no_history_answer("door", {"home/temperature"}));
    EXPECT_NE(other->string_at("error")->find("[history] topics = [\"door\"]"), std::string::npos);
    const auto filter = text::parse_json(no_history_answer("home/#", {"home/temperature"}));
    EXPECT_NE(filter->string_at("error")->find("one topic is wanted"), std::string::npos);
    const std::vector<std::string> all(recorder::HistoryLimits{}.topics, "another");
    const auto full = text::parse_json(no_history_answer("door", all));
    EXPECT_NE(full->string_at("error")->find("1000 topics have one"), std::string::npos);
}

}  // namespace
}  // namespace kleber::app
