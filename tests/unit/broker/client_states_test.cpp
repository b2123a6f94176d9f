#include "gateway/broker/client_states.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ClientStates, are_told_as_they_change) {
    Stage stage;
    const auto watcher = stage.attach("watcher");
    stage.subscribe(watcher, "$SYS/broker/clients/+/state", {.retain_as_published = true});
    stage.lines();
    const auto a = stage.attach("a");
    EXPECT_THAT(
        stage.lines(),
        ElementsAre("2 attached",
                    AllOf(StartsWith("1 deliver $SYS/broker/clients/a/state={\"online\":true"),
                          testing::EndsWith(" retain"))));
    EXPECT_THAT(
        stage.handle(port::Detach{.client = a.ref, .reason = ReasonCode::ServerBusy}),
        ElementsAre(AllOf(HasSubstr("\"online\":false"), HasSubstr("\"reason\":\"server busy\""))));
}

TEST(ClientStates, are_retained_while_there_is_a_session) {
    Stage stage;
    stage.attach("a");
    stage.detach(stage.attach("b"));
    stage.detach(stage.attach("c"), port::WillFate::Publish, Duration{0});
    const auto watcher = stage.attach("a/wildcard/+");
    stage.lines();
    EXPECT_THAT(
        stage.subscribe(watcher, "$SYS/#"),
        ElementsAre(
            "4 suback 1: 0",
            AllOf(HasSubstr("/clients/a/state={\"online\":true"), testing::EndsWith(" retain")),
            AllOf(HasSubstr("/clients/b/state={\"online\":false"), testing::EndsWith(" retain"))));
    EXPECT_THAT(stage.subscribe(watcher, "#"), ElementsAre("4 suback 1: 0"));
}

}  // namespace
}  // namespace kleber::broker
