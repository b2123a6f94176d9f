#include <gtest/gtest.h>

#include <string>

#include "gateway/base/hash.hpp"
#include "gateway/base/iso_time.hpp"
#include "gateway/base/json_text.hpp"

namespace kleber {
namespace {

std::string at(std::int64_t seconds) {
    return iso_time(WallTime{std::chrono::seconds{seconds}});
}

TEST(IsoTime, is_utc_to_the_second) {
    EXPECT_EQ(at(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(at(951'868'799), "2000-02-29T23:59:59Z");
    EXPECT_EQ(at(4'102'444'800), "2100-01-01T00:00:00Z");
    EXPECT_EQ(at(-1), "1969-12-31T23:59:59Z");
    EXPECT_EQ(iso_time(WallTime{Duration{1999}}), "1970-01-01T00:00:01Z");
}

std::string json(std::string_view text) {
    std::string out = "x";
    append_json_text(out, text);
    return out;
}

TEST(JsonText, escapes_what_it_must) {
    EXPECT_EQ(json(""), "x\"\"");
    EXPECT_EQ(json("a/b \xC3\xA4"), "x\"a/b \xC3\xA4\"");
    EXPECT_EQ(json("\"\\"), "x\"\\\"\\\\\"");
    EXPECT_EQ(json("\n\x1F\x01"), "x\"\\u000a\\u001f\\u0001\"");
    EXPECT_EQ(json(std::string_view{"\0", 1}), "x\"\\u0000\"");
}

TEST(HashText, depends_on_every_byte_the_length_and_the_seed) {
    const std::string text(40, 'x');
    for (std::size_t size = 0; size < text.size(); ++size) {
        const std::string_view part = std::string_view{text}.substr(0, size);
        EXPECT_NE(hash_text(part), hash_text(text));
        EXPECT_NE(hash_text(part, 1), hash_text(part, 2));
        EXPECT_EQ(hash_text(part, 1), hash_text(std::string{part}, 1));
        std::string changed = text;
        changed[size] = 'y';
        EXPECT_NE(hash_text(changed), hash_text(text));
    }
}

}  // namespace
}  // namespace kleber
