// Our own: the state of each client as a retained message.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

using testing::HasSubstr;

class ClientStates : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, ClientStates, kEveryVersion, version_name);

TEST_P(ClientStates, tell_who_comes_and_why_they_go) {
    TestClient& watcher = join("watcher");
    watcher.subscribe("$SYS/broker/clients/a/state");
    TestClient& a = join("a", lasting());
    const ReceivedMessage online = watcher.expect_message();
    EXPECT_EQ(online.topic, "$SYS/broker/clients/a/state");
    EXPECT_THAT(online.payload, HasSubstr("\"online\":true"));
    EXPECT_THAT(online.payload, HasSubstr("\"address\":\"127.0.0.1:50000\""));
    EXPECT_THAT(online.payload, HasSubstr("\"protocol\":\"MQTT "));
    EXPECT_THAT(online.payload, HasSubstr("\"since\":\"2023-11-14T22:13:20"));
    world.advance(seconds{10});
    a.send_wire("36 ( <t> 00 01 00 )");
    const ReceivedMessage offline = watcher.expect_message();
    EXPECT_THAT(offline.payload, HasSubstr("\"online\":false"));
    EXPECT_THAT(offline.payload, HasSubstr("\"reason\":\"malformed packet\""));
    EXPECT_THAT(offline.payload, HasSubstr("\"since\":\"2023-11-14T22:13:30"));
}

TEST_P(ClientStates, are_there_for_a_new_subscription) {
    join("a");
    TestClient& gone = join("b", lasting());
    gone.disconnect();
    TestClient& watcher = join("watcher");
    watcher.subscribe("$SYS/broker/clients/+/state");
    std::vector<std::string> topics;
    for (const ReceivedMessage& message : watcher.messages()) {
        EXPECT_TRUE(message.retain);
        topics.push_back(message.topic);
    }
    EXPECT_THAT(topics, testing::UnorderedElementsAre("$SYS/broker/clients/a/state",
                                                      "$SYS/broker/clients/b/state",
                                                      "$SYS/broker/clients/watcher/state"));
}

TEST_P(ClientStates, do_not_come_by_wildcards_alone) {
    TestClient& watcher = join("watcher");
    watcher.subscribe("#");
    join("a");
    watcher.expect_nothing();
}

}  // namespace
}  // namespace kleber::conformance
