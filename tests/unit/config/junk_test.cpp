#include <random>

#include "gateway/config/reference.hpp"
#include "tests/unit/config/support.hpp"

namespace kleber::config {
namespace {

std::string repeated(std::string_view part, std::size_t count) {
    std::string text;
    text.reserve(part.size() * count);
    for (std::size_t i = 0; i < count; ++i) text += part;
    return text;
}

// `value` at the key of a reference, in the table where it belongs.
std::string set(const KeyReference& reference, const std::string& value) {
    return reference.table + '\n' + reference.name + " = " + value + '\n';
}

TEST(Junk, ExtremeValuesOfEveryNumericSettingAreDiagnosed) {
    std::size_t number_count = 0;
    for (const KeyReference& reference : key_references()) {
        const bool is_count = reference.type.starts_with("whole number");
        const bool is_size = reference.type.starts_with("size");
        const bool is_time = reference.type.starts_with("duration");
        if (!is_count && !is_size && !is_time) continue;
        ++number_count;
        for (const std::string value :
             {"-1", "-9223372036854775808", "9223372036854775807", "18446744073709551616", "1.5",
              "nan", "inf", "\"\"", "[]", "{}", "true", "\"-1\"", "\"99999999999999999999 GiB\"",
              "\"99999999999999999999d\"", "\"9223372036854775807ms\"", "\"8 EiB\""}) {
            const std::string errors = errors_of(set(reference, value));
            EXPECT_TRUE(errors.starts_with("k.toml:2:")) << reference.name << errors;
        }
        // Zero is either in the range or diagnosed like the rest.
        const bool is_zero_allowed = reference.type.find(", 0") != std::string::npos;
        EXPECT_EQ(parse(std::vector<text::Source>{{"k", set(reference, "0")}}).has_value(),
                  is_zero_allowed)
            << reference.name;
    }
    EXPECT_GT(number_count, 15U);
}

TEST(Junk, TheLimitsOfEveryRangeAreAccepted) {
    for (const KeyReference& reference : key_references()) {
        const std::size_t to = reference.type.rfind(" to ");
        const std::size_t comma = reference.type.rfind(", ");
        if (to == std::string::npos || comma == std::string::npos) continue;
        std::string low = reference.type.substr(comma + 2, to - comma - 2);
        if (low.starts_with("or ")) low = low.substr(3);
        const std::string high = reference.type.substr(to + 4);
        for (const std::string& edge : {low, high}) {
            const bool is_count = reference.type.starts_with("whole number");
            const auto config = parse(std::vector<text::Source>{
                {"k", set(reference, is_count ? edge : '"' + edge + '"')}});
            EXPECT_TRUE(config) << reference.name << " = " << edge;
        }
    }
}

TEST(Junk, WrongKindsOfValuesAreDiagnosedForEveryKey) {
    for (const KeyReference& reference : key_references()) {
        for (const std::string value : {"1.5", "2026-11-20", "{ a = 1 }", "[[]]", "[{}]", "\"\"",
                                        "\"\\u0000\"", "\"\\u001B\""}) {
            EXPECT_NE(errors_of(set(reference, value)), "") << reference.name << " = " << value;
        }
    }
}

TEST(Junk, BinaryNulAndBrokenUtf8) {
    for (const std::string& text :
         {std::string(1000, '\0'), std::string(1000, '\xFF'),
          std::string("\x7F"
                      "ELF\x02\x01\x01"),
          std::string("[gateway]\nname = \"a\0b\"", 22), std::string("\xEF\xBB\xBF\xEF\xBB\xBF"),
          std::string("\xED\xA0\x80 = 1"), std::string("\x1F\x8B\x08")}) {
        EXPECT_NE(errors_of(text), "");
    }
}

TEST(Junk, DeepNesting) {
    for (const std::string& text :
         {"x = " + repeated("[", 1 << 20), "x = " + repeated("{ a = ", 1 << 17),
          repeated("a.", 1 << 19) + "a = 1", "[" + repeated("a.", 1 << 19) + "a]",
          "x = " + repeated("[{ a.a.a.a.a.a = ", 1 << 16)}) {
        EXPECT_NE(errors_of(text), "");
    }
}

TEST(Junk, LongLinesAndHugeLists) {
    EXPECT_LT(errors_of(repeated("x", 1 << 20)).size(), 1000U);
    EXPECT_LT(errors_of("x = \"" + repeated("y", 1 << 20) + '"').size(), 1000U);
    EXPECT_LT(errors_of(repeated("x", 1 << 20) + " = 1").size(), 1000U);
    EXPECT_LT(errors_of("[gateway]\nlanes = [" + repeated("1,", 1 << 19) + "]").size(), 1000U);
    EXPECT_LT(errors_of("[[listener]]\nversions = [" + repeated("\"6\",", 1 << 16) + "]").size(),
              1000U);
    EXPECT_LT(errors_of("[gateway]\nname = \"" + repeated("n", 1 << 20) + '"').size(), 1000U);
    EXPECT_LT(errors_of("[log]\nlevel = \"" + repeated("n", 1 << 20) + '"').size(), 1000U);
}

TEST(Junk, TooManyListeners) {
    EXPECT_EQ(errors_of(repeated("[[listener]]\n", 50'000)),
              "k.toml:1001:1: error: listener: more than 1000\n"
              "    [[listener]]\n"
              "    ^\n");
}

TEST(Junk, ManyFindingsAreCounted) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += 'k' + std::to_string(i) + " = 1\n";
    const std::string errors = errors_of(text);
    EXPECT_LT(errors.size(), 10'000U);
    EXPECT_TRUE(errors.ends_with("and 19900 more\n"));
}

TEST(Junk, EveryCutAndManyDamagesOfAFileAreSurvived) {
    const std::string whole =
        "[gateway]\nname = \"k\\u00fc\" # c\n[[listener]]\nversions = [\"5\"]\n"
        "[limits]\nqueue = { messages = 3, bytes = '1 MiB' }\nsession_expiry = \"\"\"1d\"\"\"\n";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto config = parse(std::vector<text::Source>{{"k", whole.substr(0, size)}});
        EXPECT_TRUE(config || !text::render(config.error()).empty());
    }
    std::minstd_rand random{7};
    for (int round = 0; round < 3000; ++round) {
        std::string damaged = whole;
        for (int i = 0; i < 3; ++i) {
            damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
        }
        const auto config = parse(std::vector<text::Source>{{"k", damaged}});
        EXPECT_TRUE(config || !text::render(config.error()).empty());
    }
}

}  // namespace
}  // namespace kleber::config
