#include "gateway/text/toml.hpp"

#include <gtest/gtest.h>

#include "gateway/text/toml_depth.hpp"

namespace kleber::text {
namespace {

Document parsed(std::string text) {
    auto document = parse_toml({"f", std::move(text)});
    EXPECT_TRUE(document) << render(document.error());
    return std::move(document).value();
}

std::string keys_of(const Table& table) {
    std::string keys;
    for (const Entry& entry : table) {
        keys += entry.key + '@' + std::to_string(entry.position.line) + ':' +
                std::to_string(entry.position.column) + ' ';
        if (const auto* inner = entry.value.table()) keys += "{ " + keys_of(*inner) + "} ";
    }
    return keys;
}

TEST(Toml, ReadsEveryKindOfValueWithItsPlace) {
    const Document document = parsed(
        "text = \"x\"\nwhole = -7\n  number = 1.5\ntruth = true\ndate = 2026-11-20\n"
        "list = [1, \"two\"]\ntable = { a = 1 }\n");
    const Table& root = document.root();
    EXPECT_EQ(*find(root, "text")->value.string(), "x");
    EXPECT_EQ(*find(root, "whole")->value.integer(), -7);
    EXPECT_EQ(*find(root, "number")->value.floating(), 1.5);
    EXPECT_EQ(find(root, "number")->position, (Position{3, 3}));
    EXPECT_EQ(find(root, "number")->value.position(), (Position{3, 12}));
    EXPECT_TRUE(*find(root, "truth")->value.boolean());
    EXPECT_EQ(find(root, "date")->value.kind_name(), "a date");
    EXPECT_EQ(find(root, "list")->value.array()->at(1).position(), (Position{6, 12}));
    EXPECT_EQ(*find(*find(root, "table")->value.table(), "a")->value.integer(), 1);
    EXPECT_EQ(find(root, "nothing"), nullptr);
    EXPECT_EQ(find(root, "text")->value.integer(), nullptr);
}

TEST(Toml, KeepsTheOrderOfTheSource) {
    EXPECT_EQ(keys_of(parsed("z = 1\na = 2\n[y]\nd = 1\nc.b = 2\nc.a = 3\n[b.x]\n").root()),
              "z@1:1 a@2:1 y@3:2 { d@4:1 c@5:1 { b@5:3 a@6:3 } } b@7:2 { x@7:4 { } } ");
}

TEST(Toml, TablesOfAListHaveTheirOwnPlaces) {
    const Document document = parsed("[[l]]\na = 1\n\n[[l]]\n");
    const Array& list = *find(document.root(), "l")->value.array();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].position().line, 1U);
    EXPECT_EQ(list[1].position().line, 4U);
}

TEST(Toml, AnEmptyFileIsAnEmptyTable) {
    EXPECT_TRUE(parsed("").root().empty());
    EXPECT_TRUE(parsed("# only a comment").root().empty());
    EXPECT_EQ(parsed("\xEF\xBB\xBFzz = 1\r\nb = 2\r\n").root().size(), 2U);
}

TEST(Toml, ADocumentQuotesItsLines) {
    const Document document = parsed("a = 1\r\nbb = 2");
    EXPECT_EQ(render(document.error({2, 6}, "too small")),
              "f:2:6: error: too small\n    bb = 2\n         ^\n");
    EXPECT_EQ(document.error({1, 1}, "x").source_line, "a = 1");
    EXPECT_EQ(document.error({9, 1}, "x").source_line, "");
}

TEST(Toml, LettersBeyondAsciiBelongInQuotes) {
    const Document document = parsed("a = \"\"\"\\\n \xC3\xBC\"\"\"\n[\"\xC3\xA4\"]\n# \xC3\xB6\n");
    EXPECT_EQ(*find(document.root(), "a")->value.string(), "\xC3\xBC");
    EXPECT_NE(find(document.root(), "\xC3\xA4"), nullptr);
    for (const std::string letter : {"\xC3\xBC", "\xE3\x81\x82", "\xEF\xB9\xBF", "\xEF\xBB\xBF",
                                     "\xC2\xA0", "\xE1\x9A\x80", "\xF0\x9F\x98\x80"}) {
        for (const std::string text : {"k? = 1", "k = ?", "k = 1?", "[k?]", "[?", "[[?", "k ? 1",
                                       "k = {?}", "k = [?]", "k = \"\"\"\\?\"\"\"", "k = 9?3"}) {
            std::string written = text;
            written.replace(written.find('?'), 1, letter);
            const auto result = parse_toml({"f", written});
            EXPECT_TRUE(result || !result.error().message.empty()) << written;
        }
    }
}

TEST(Toml, ByteOrderMarkTakesNoColumn) {
    const auto document = parse_toml({"f",
                                      "\xEF\xBB\xBF"
                                      "a = info"});
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().position, (Position{1, 5}));
    EXPECT_EQ(document.error().source_line, "a = info");
}

TEST(Toml, DepthHasALimit) {
    const auto nested = [](int levels) {
        return "a = " + std::string(static_cast<std::size_t>(levels), '[') +
               std::string(static_cast<std::size_t>(levels), ']');
    };
    EXPECT_TRUE(parse_toml({"f", nested(30)}));
    EXPECT_EQ(headline(parse_toml({"f", nested(1'000'000)}).error()),
              "f:1:37: error: exceeded maximum nested value depth of 32");
    std::string dotted = "a";
    for (int i = 0; i < 15; ++i) dotted += ".a";
    EXPECT_TRUE(parse_toml({"f", dotted + " = 1"}));
    EXPECT_EQ(headline(parse_toml({"f", "\n[" + dotted + ".a]"}).error()),
              "f:2:33: error: a key of more than 16 parts");
    std::string endless;
    for (int i = 0; i < 500'000; ++i) endless += "a.";
    EXPECT_FALSE(parse_toml({"f", endless + "a = 1"}));
}

TEST(Toml, OnlyKeysAreCountedForDepth) {
    const std::string dots(100, '.');
    for (const std::string& text :
         {"a = \"" + dots + "\"", "a = '" + dots + "'", "a = \"\"\"\n" + dots + "\"\"\"\"",
          "a = '''" + dots + "\n''" + dots + "'''", "# " + dots, "a = \"\\\"" + dots + "\"",
          "a = [" + std::string("1.5,\n") +
              "1.5, 2.5, 3.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, "
              "1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]"}) {
        EXPECT_FALSE(find_too_deep_key(text)) << text;
        EXPECT_TRUE(parse_toml({"f", text})) << text;
    }
    EXPECT_TRUE(find_too_deep_key("\"\"\"\"\"\"" + dots));
    EXPECT_TRUE(find_too_deep_key("a = \"x\n" + dots));
    EXPECT_TRUE(
        find_too_deep_key("\"a\""
                          "." +
                          dots));
    EXPECT_FALSE(find_too_deep_key("\"\\"));
}

TEST(Toml, SizeHasALimit) {
    EXPECT_EQ(render(parse_toml({"f", std::string(kTomlBytesMax + 1, ' ')}).error()),
              "f: error: larger than 4 MiB\n");
}

}  // namespace
}  // namespace kleber::text
