#include "gateway/text/json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace kleber::text {
namespace {

TEST(JsonWriter, NestsAndPutsCommas) {
    std::string line = "< ";
    JsonWriter out{line};
    out.begin_object();
    out.member("online", true).member("since", std::int64_t{-17}).key("none").null();
    out.key("list").begin_array().value(1).value("two").begin_object().end_object();
    out.begin_array().end_array().end_array();
    out.key("raw").raw("{\"a\":1}").member("last", "text");
    out.end_object();
    EXPECT_EQ(line,
              "< {\"online\":true,\"since\":-17,\"none\":null,\"list\":[1,\"two\",{},[]],"
              "\"raw\":{\"a\":1},\"last\":\"text\"}");
}

TEST(JsonWriter, WritesEveryNumber) {
    std::string line;
    JsonWriter out{line};
    out.begin_array();
    out.value(std::numeric_limits<std::int64_t>::min());
    out.value(std::numeric_limits<std::uint64_t>::max());
    out.value(std::uint32_t{7}).value(0.1).value(1e300).value(2.0);
    out.value(std::nan("")).value(std::numeric_limits<double>::infinity());
    out.end_array();
    EXPECT_EQ(line, "[-9223372036854775808,18446744073709551615,7,0.1,1e+300,2,null,null]");
}

TEST(JsonWriter, EscapesEveryControlCharacter) {
    std::string line;
    append_json_string(line, std::string_view{"\"\\/\b\f\n\r\t\0\x1F\x7F", 11});
    EXPECT_EQ(line, R"("\"\\/\b\f\n\r\t\u0000\u001f\u007f")");
}

TEST(JsonWriter, ReplacesWhatIsNoText) {
    std::string line;
    append_json_string(line, "\xC3\xBC\xFF\xED\xA0\x80\xF0\x9F\x98");
    EXPECT_EQ(line,
              "\"\xC3\xBC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
              "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace kleber::text
