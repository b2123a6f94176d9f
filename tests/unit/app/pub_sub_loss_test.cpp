#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/app/exit_status.hpp"
#include "tests/unit/app/broker_on_thread.hpp"
#include "tests/unit/app/command_line.hpp"

// `kleber pub` and `kleber sub` when the server refuses or goes.
namespace kleber::app {
namespace {

using testing::HasSubstr;

ClientArguments client_of(std::uint16_t port) {
    return {.host = "127.0.0.1", .port = port};
}

std::uint16_t deaf_port() {
    return BrokerOnThread{}.port();
}

TEST(PubSubLoss, nobody_listens) {
    const std::uint16_t port = deaf_port();
    const std::string words =
        "kleber: cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused\n";
    Outcome outcome = run_pub({.client = client_of(port), .topic = "t", .message = "m"});
    EXPECT_EQ(outcome.status, kExitFailure);
    EXPECT_EQ(outcome.error, words);
    outcome = run_sub({.client = client_of(port), .topics = {"t"}});
    EXPECT_EQ(outcome.status, kExitFailure);
    EXPECT_EQ(outcome.error, words);
}

TEST(PubSubLoss, a_refusal_says_what_to_do) {
    connection::MqttPolicy policy;
    policy.allow_anonymous = connection::AllowAnonymous::No;
    const BrokerOnThread broker{policy};
    for (const char* protocol : {"3.1", "3.1.1", "5"}) {
        ClientArguments client = client_of(broker.port());
        client.protocol = protocol;
        const Outcome outcome = run_pub({.client = client, .topic = "t", .message = "m"});
        EXPECT_EQ(outcome.status, kExitFailure);
        EXPECT_THAT(outcome.error, HasSubstr("refused the connection: not authorized"));
        EXPECT_THAT(outcome.error, HasSubstr("--password-file"));
    }
}

TEST(PubSubLoss, a_version_that_the_server_does_not_speak) {
    connection::MqttPolicy policy;
    policy.versions.mqtt_5 = false;
    const BrokerOnThread broker{policy};
    const Outcome outcome =
        run_pub({.client = client_of(broker.port()), .topic = "t", .message = "m"});
    EXPECT_EQ(outcome.status, kExitFailure);
    EXPECT_THAT(outcome.error, HasSubstr("-V 3.1.1"));
}

TEST(PubSubLoss, a_subscriber_comes_back_when_the_server_does) {
    auto broker = std::make_unique<BrokerOnThread>();
    const std::uint16_t port = broker->port();
    const PubOptions retained{
        .client = client_of(port), .topic = "t", .message = "ready", .qos = 1, .retain = true};
    ASSERT_EQ(run_pub(retained).status, 0);
    SubOnThread subscriber{{.client = client_of(port), .topics = {"t"}, .count = 2}};
    subscriber.out().read_until("ready\n");

    broker.reset();
    EXPECT_THAT(subscriber.error().read_until("\n"),
                testing::AllOf(HasSubstr("lost: server shutting down"), HasSubstr("trying again")));
    broker = std::make_unique<BrokerOnThread>(connection::MqttPolicy{}, port);
    ASSERT_EQ(run_pub(retained).status, 0);
    EXPECT_EQ(subscriber.status(), 0);
    EXPECT_EQ(subscriber.out().read_all(), "ready\n");
    EXPECT_THAT(subscriber.error().read_all(), HasSubstr("again\n"));
}

TEST(PubSubLoss, who_was_taken_over_does_not_come_back) {
    const BrokerOnThread broker;
    ClientArguments client = client_of(broker.port());
    client.client_id = "me";
    ASSERT_EQ(run_pub({.client = client_of(broker.port()),
                       .topic = "t",
                       .message = "ready",
                       .qos = 1,
                       .retain = true})
                  .status,
              0);
    SubOnThread subscriber{{.client = client, .topics = {"t"}}};
    subscriber.out().read_until("ready\n");
    EXPECT_EQ(run_pub({.client = client, .topic = "other", .message = "m", .qos = 1}).status, 0);
    EXPECT_EQ(subscriber.status(), kExitFailure);
    EXPECT_THAT(subscriber.error().read_all(), HasSubstr("lost: session taken over\n"));
}

}  // namespace
}  // namespace kleber::app
