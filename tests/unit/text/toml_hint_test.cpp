#include "gateway/text/toml_hint.hpp"

#include <gtest/gtest.h>

#include "gateway/text/toml.hpp"

namespace kleber::text {
namespace {

TEST(TomlHint, KnowsTheUsualSlips) {
    struct Case {
        std::string_view text;
        std::string_view hint;
    };
    const Case cases[] = {
        {"level = info", "text needs quotes: level = \"info\""},
        {"level = info # less", "text needs quotes: level = \"info\""},
        {"every = 10s", "text needs quotes: every = \"10s\""},
        {"packet = 1 MiB", "text needs quotes: packet = \"1 MiB\""},
        {"address = ::", "text needs quotes: address = \"::\""},
        {"address = 192.168.1.1", "text needs quotes: address = \"192.168.1.1\""},
        {"state = /var/lib", "text needs quotes: state = \"/var/lib\""},
        {"on = True", "write on = true, in small letters and without quotes"},
        {"on = no", "write on = false, in small letters and without quotes"},
        {"a = \"x", "the closing quote is missing"},
        {"a = 'x\nb = 1", "the closing quote is missing"},
        {"a = \xE2\x80\x9Cx\xE2\x80\x9D", "use straight quotes: \""},
        {"a = \"C:\\new\\dir\"", "in \"...\" write \\\\ for a backslash, or put the text in '...'"},
        {"a = 1;", "lines have no ; at their end"},
        {"a = 007", "numbers have no zeros in front"},
        {"a = 1 b = 2", "write one key a line"},
        {"a = [1, 2", "a ] is missing"},
        {"a = { b = 1\n", "a } is missing"},
        {"[limits", "a ] is missing"},
        {"a: 1", "write key = value, with = instead of :"},
        {"a =", "the value is missing"},
        {"// text", "comments begin with #"},
        {"; text", "comments begin with #"},
        {"a = \"\xFC\"", "save the file as UTF-8"},
        {"a = 1\na = 2", "remove one of the two"},
        {"[a]\n[b]\n[a]", "put everything of one table under one heading"},
        {"[a]\n[[a]]",
         "write [[name]] above every one of several, and [name] above a single table"},
        {"[[a]]\n[a]",
         "write [[name]] above every one of several, and [name] above a single table"},
    };
    for (const Case& c : cases) {
        const auto document = parse_toml({"f", std::string{c.text}});
        ASSERT_FALSE(document) << c.text;
        EXPECT_EQ(document.error().hint, c.hint) << c.text << "\n" << render(document.error());
    }
}

TEST(TomlHint, MovesTheCaretToTheValue) {
    const auto document = parse_toml({"f", "[log]\n  level = info\n"});
    ASSERT_FALSE(document);
    EXPECT_EQ(render(document.error()),
              "f:2:11: error: expected value-terminator, saw 'o'\n"
              "      level = info\n"
              "              ^\n"
              "    text needs quotes: level = \"info\"\n");
}

TEST(TomlHint, SaysNothingWhereItKnowsNothing) {
    EXPECT_EQ(hint_for("", "").hint, "");
    EXPECT_EQ(hint_for("= 1", "expected keys").hint, "");
    EXPECT_EQ(hint_for("\xFF\xFF=\xFF", "?").hint, "");
}

}  // namespace
}  // namespace kleber::text
