#include "gateway/text/json.hpp"

#include <gtest/gtest.h>

#include "gateway/text/json_writer.hpp"

namespace kleber::text {
namespace {

TEST(Json, ReadsEveryKindOfValue) {
    const auto json = parse_json(
        R"({"command":"kick","id":7,"rate":0.5,"big":18446744073709551615,"yes":true,"none":null,
            "list":[1,[2],{"deep":"\u00fc"}]})");
    ASSERT_TRUE(json);
    EXPECT_EQ(*json->string_at("command"), "kick");
    EXPECT_EQ(*json->integer_at("id"), 7);
    EXPECT_EQ(json->find("id")->number(), 7.0);
    EXPECT_EQ(json->find("rate")->number(), 0.5);
    EXPECT_EQ(json->find("big")->number(), 18446744073709551616.0);
    EXPECT_TRUE(*json->boolean_at("yes"));
    EXPECT_TRUE(json->find("none")->is_null());
    ASSERT_EQ(json->find("list")->array()->size(), 3U);
    EXPECT_EQ(*json->find("list")->array()->at(2).string_at("deep"), "\xC3\xBC");
}

TEST(Json, AMemberThatIsMissingOrOfAnotherKindIsNull) {
    const auto json = parse_json(R"({"a":"text"})");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find("b"), nullptr);
    EXPECT_EQ(json->integer_at("a"), nullptr);
    EXPECT_EQ(json->boolean_at("a"), nullptr);
    EXPECT_EQ(json->find("a")->find("a"), nullptr);
    EXPECT_EQ(json->find("a")->number(), std::nullopt);
    EXPECT_EQ(json->array(), nullptr);
}

TEST(Json, TheLastOfTwoMembersCounts) {
    EXPECT_EQ(*parse_json(R"({"a":1,"a":2})")->integer_at("a"), 2);
}

TEST(Json, WrittenAgainIsTheSame) {
    const std::string text =
        R"({"a":[1,-2.5,true,null,"x\n"],"b":{"c":{}},"d":[],"e":9223372036854775807})";
    EXPECT_EQ(to_string(*parse_json(text)), text);
}

TEST(Json, RefusesWhatIsNoJson) {
    for (const std::string_view text :
         {"", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "nul", "1 2", "{}x", "'a'",
          "\"\xFF\"", "\"\x01\"", "\"\\ud800\"", "[1", "01", "1e999"}) {
        EXPECT_FALSE(parse_json(text)) << text;
    }
    EXPECT_EQ(parse_json("[1,}").error(), "no valid JSON at byte 4");
}

TEST(Json, RefusesEveryCutOfAnObject) {
    const std::string text = R"({"a":[1,"x",{"b":null}]})";
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(parse_json(text.substr(0, size))) << size;
    }
}

TEST(Json, LimitsDepthAndSize) {
    EXPECT_TRUE(parse_json("[[]]", {.bytes_max = 4, .depth_max = 2}));
    EXPECT_EQ(parse_json("[[[]]]", {.bytes_max = 99, .depth_max = 2}).error(),
              "JSON deeper than 2 levels");
    EXPECT_EQ(parse_json("[[] ]", {.bytes_max = 4, .depth_max = 2}).error(),
              "JSON longer than 4 bytes");
    EXPECT_FALSE(parse_json(std::string(60'000, '[')));
    std::string objects;
    while (objects.size() < 60'000) objects += "{\"a\":";
    EXPECT_FALSE(parse_json(objects));
}

TEST(Json, AnyBytesSurviveWritingAndReading) {
    std::string bytes;
    for (int byte = 0; byte < 128; ++byte) bytes += static_cast<char>(byte);
    std::string line;
    append_json_string(line, bytes);
    EXPECT_EQ(*parse_json(line)->string(), bytes);
    for (int byte = 128; byte < 256; ++byte) {
        line.clear();
        append_json_string(line, std::string(3, static_cast<char>(byte)));
        EXPECT_EQ(*parse_json(line)->string(), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    }
}

}  // namespace
}  // namespace kleber::text
