#include "gateway/app/last_warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kleber::app {
namespace {

using testing::ElementsAre;

class KeepLines : public LogSink {
  public:
    void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
    std::vector<std::string> lines;
};

WallTime noon() {
    return WallTime{std::chrono::hours{12}};
}

TEST(LastWarnings, keeps_warnings_and_errors_and_passes_on_all) {
    KeepLines log;
    LastWarnings warnings{log, noon};
    warnings.write(LogLevel::Error, "a");
    warnings.write(LogLevel::Warning, "b");
    warnings.write(LogLevel::Info, "c");
    warnings.write(LogLevel::Debug, "d");
    EXPECT_THAT(log.lines, ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(warnings.rows(), ElementsAre(LastWarnings::Row{noon(), LogLevel::Error, "a"},
                                             LastWarnings::Row{noon(), LogLevel::Warning, "b"}));
}

TEST(LastWarnings, keeps_the_last_few_and_not_all_of_a_long_one) {
    KeepLines log;
    LastWarnings warnings{log, noon};
    for (int number = 0; number < 25; ++number) {
        warnings.write(LogLevel::Warning, std::to_string(number));
    }
    warnings.write(LogLevel::Error, std::string(100'000, 'x'));
    const auto rows = warnings.rows();
    ASSERT_EQ(rows.size(), LastWarnings::kMax);
    EXPECT_EQ(rows.front().line, "16");
    EXPECT_EQ(rows.back().line.size(), LastWarnings::kLineBytesMax);
}

}  // namespace
}  // namespace kleber::app
