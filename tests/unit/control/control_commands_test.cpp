#include "gateway/control/control_commands.hpp"

#include <gtest/gtest.h>

namespace kleber::control {
namespace {

TEST(ControlCommands, finds_a_command_by_its_name) {
    ControlCommands commands;
    commands.add("status", [](const text::Json&) { return std::string{"fine"}; });
    const auto made = commands.make("status");
    ASSERT_TRUE(made.has_value());
    std::vector<port::Request> requests;
    const Now now;
    CommandTurn turn{{}, now, requests};
    EXPECT_EQ((*made)->begin({}, turn), "fine");
}

TEST(ControlCommands, asks_whether_another_was_meant) {
    ControlCommands commands;
    commands.add("status", [](const text::Json&) { return success(); });
    commands.add("reload", [](const text::Json&) { return success(); });
    EXPECT_EQ(commands.make("statsu").error(), "unknown command statsu: did you mean status?");
    EXPECT_EQ(commands.make("nonsense").error(), "unknown command nonsense");
    EXPECT_EQ(commands.make("").error(), "unknown command ");
}

TEST(ControlCommands, answers_are_json_whatever_the_error_says) {
    EXPECT_EQ(success(), R"({"ok":true})");
    EXPECT_EQ(failure("no \"x\"\n"), R"({"ok":false,"error":"no \"x\"\n"})");
}

}  // namespace
}  // namespace kleber::control
