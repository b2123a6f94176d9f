#include "gateway/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kleber {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Lines : public LogSink {
  public:
    void write(LogLevel level, std::string_view line) override {
        lines.push_back(std::string{name_of(level)} + ": " + std::string{line});
    }
    std::vector<std::string> lines;
};

Now at(int milliseconds) {
    return {.steady = SteadyTime{Duration{milliseconds}}};
}

TEST(Log, drops_what_is_below_its_level) {
    Lines sink;
    Log log{sink, LogLevel::Warning, 100};
    log.write(LogLevel::Error, at(0), "bad");
    log.write(LogLevel::Warning, at(0), "odd");
    log.write(LogLevel::Info, at(0), "well");
    log.write(LogLevel::Debug, at(0), "detail");
    EXPECT_THAT(sink.lines, ElementsAre("error: bad", "warning: odd"));
    EXPECT_TRUE(log.is_wanted(LogLevel::Error));
    EXPECT_FALSE(log.is_wanted(LogLevel::Info));
    log.set_level(LogLevel::Debug);
    EXPECT_TRUE(log.is_wanted(LogLevel::Debug));
}

TEST(Log, holds_back_a_flood_and_counts_it) {
    Lines sink;
    Log log{sink, LogLevel::Info, 2};
    for (int i = 0; i < 5; ++i) log.write(LogLevel::Info, at(10 + i), "line");
    EXPECT_THAT(sink.lines, ElementsAre("info: line", "info: line"));
    EXPECT_EQ(log.suppressed_count(), 3U);
    log.write(LogLevel::Info, at(2000), "later");
    EXPECT_THAT(sink.lines,
                ElementsAre("info: line", "info: line",
                            "info: 3 more lines of this level were held back", "info: later"));
    EXPECT_EQ(log.suppressed_count(), 3U);
}

TEST(Log, has_a_budget_for_each_level) {
    Lines sink;
    Log log{sink, LogLevel::Info, 1};
    log.write(LogLevel::Info, at(0), "a");
    log.write(LogLevel::Info, at(1), "b");
    log.write(LogLevel::Error, at(2), "c");
    EXPECT_THAT(sink.lines, ElementsAre("info: a", "error: c"));
}

TEST(Log, counts_nothing_that_was_not_wanted) {
    Lines sink;
    Log log{sink, LogLevel::Error, 1};
    for (int i = 0; i < 5; ++i) log.write(LogLevel::Debug, at(i), "line");
    EXPECT_THAT(sink.lines, IsEmpty());
    EXPECT_EQ(log.suppressed_count(), 0U);
}

TEST(LogLevel, has_names) {
    for (const LogLevel level :
         {LogLevel::Error, LogLevel::Warning, LogLevel::Info, LogLevel::Debug}) {
        EXPECT_EQ(log_level_from(name_of(level)), level);
    }
    EXPECT_EQ(log_level_from("loud"), std::nullopt);
    EXPECT_EQ(log_level_from(""), std::nullopt);
}

}  // namespace
}  // namespace kleber
