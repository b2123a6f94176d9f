#include "gateway/text/diagnostic.hpp"

#include <gtest/gtest.h>

namespace kleber::text {
namespace {

Diagnostic at(std::string file, std::uint32_t line, std::uint32_t column = 1) {
    return {.file = std::move(file), .position = {line, column}, .message = "wrong"};
}

TEST(Diagnostic, ShowsTheLineACaretAndTheHint) {
    Diagnostic diagnostic = at("kleber.toml", 3, 9);
    diagnostic.source_line = "lanes = 0";
    diagnostic.hint = "write 1";
    EXPECT_EQ(render(diagnostic),
              "kleber.toml:3:9: error: wrong\n"
              "    lanes = 0\n"
              "            ^\n"
              "    write 1\n");
}

TEST(Diagnostic, OfAWholeFileHasNoPlace) {
    Diagnostic diagnostic = at("kleber.toml", 0);
    diagnostic.severity = Severity::Warning;
    EXPECT_EQ(render(diagnostic), "kleber.toml: warning: wrong\n");
}

TEST(Diagnostic, CaretStandsUnderTheCharacterWhateverItsBytes) {
    Diagnostic diagnostic = at("f", 1, 4);
    diagnostic.source_line = "\t\xC3\xBC\xFFx";
    EXPECT_EQ(render(diagnostic),
              "f:1:4: error: wrong\n"
              "     \xC3\xBC\xEF\xBF\xBDx\n"
              "       ^\n");
}

TEST(Diagnostic, CaretNeverStandsBeyondTheLine) {
    Diagnostic diagnostic = at("f", 1, 4'000'000'000);
    diagnostic.source_line = "ab";
    EXPECT_EQ(render(diagnostic), "f:1:4000000000: error: wrong\n    ab\n      ^\n");
}

TEST(Diagnostic, LongLineIsCutAroundTheCaret) {
    Diagnostic diagnostic = at("f", 1, 201);
    diagnostic.source_line = std::string(200, 'a') + '!' + std::string(200, 'b');
    EXPECT_EQ(render(diagnostic), "f:1:201: error: wrong\n    ..." + std::string(60, 'a') + '!' +
                                      std::string(39, 'b') + "...\n    " + std::string(63, ' ') +
                                      "^\n");
}

TEST(Diagnostic, TextFromTheFileCannotReachTheTerminal) {
    Diagnostic diagnostic = at("f\x1B", 1);
    diagnostic.message = "\x1B]0;title\x07";
    EXPECT_EQ(render(diagnostic).find('\x1B'), std::string::npos);
}

TEST(Diagnostics, AreSortedByFileAsMentionedAndByPlace) {
    Diagnostics all;
    all.add(at("main", 9));
    all.add(at("a", 2));
    all.add(at("main", 3, 7));
    all.add(at("main", 3, 2));
    all.add(at("a", 1));
    all.sort();
    std::string order;
    for (const Diagnostic& one : all) order += headline(one) + '\n';
    EXPECT_EQ(order,
              "main:3:2: error: wrong\n"
              "main:3:7: error: wrong\n"
              "main:9:1: error: wrong\n"
              "a:1:1: error: wrong\n"
              "a:2:1: error: wrong\n");
}

TEST(Diagnostics, WarningsAreNoErrors) {
    Diagnostics all;
    EXPECT_FALSE(all.has_errors());
    Diagnostic warning = at("f", 1);
    warning.severity = Severity::Warning;
    all.add(warning);
    EXPECT_FALSE(all.has_errors());
    all.add(at("f", 2));
    EXPECT_TRUE(all.has_errors());
}

TEST(Diagnostics, AfterAHundredOnlyCount) {
    Diagnostics all;
    for (std::uint32_t line = 1; line <= 103; ++line) all.add(at("f", line));
    EXPECT_EQ(all.size(), 100U);
    EXPECT_TRUE(render(all).ends_with("f:100:1: error: wrong\nand 3 more\n"));
}

}  // namespace
}  // namespace kleber::text
