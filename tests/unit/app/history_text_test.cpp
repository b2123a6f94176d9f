#include "gateway/app/history_text.hpp"

#include <gtest/gtest.h>

#include "gateway/app/moment.hpp"

namespace kleber::app {
namespace {

text::Json::Array rows() {
    const auto json = text::parse_json(
        R"([{"time":1795132801005,"seconds":0,"mean":21.5,"min":21.5,"max":21.5,"count":1},)"
        R"({"time":1795132860000,"seconds":60,"mean":-0.125,"min":-10,"max":1e300,"count":12}])");
    return *json.value().array();
}

TEST(HistoryText, a_table_for_people) {
    const std::string first = local_time(WallTime{Duration{1795132801005}});
    const std::string second = local_time(WallTime{Duration{1795132860000}});
    EXPECT_EQ(history_text(rows()), "TIME                         MEAN  MIN     MAX  COUNT\n" +
                                        first + "    21.5                   1\n" + second +
                                        "  -0.125  -10  1e+300     12\n");
}

TEST(HistoryText, values_for_programs) {
    EXPECT_EQ(history_csv(rows()),
              "time,seconds,mean,min,max,count\n"
              "2026-11-20T00:00:01.005Z,0,21.5,21.5,21.5,1\n"
              "2026-11-20T00:01:00.000Z,60,-0.125,-10,1e+300,12\n");
    EXPECT_EQ(history_csv({}), "time,seconds,mean,min,max,count\n");
}

}  // namespace
}  // namespace kleber::app
