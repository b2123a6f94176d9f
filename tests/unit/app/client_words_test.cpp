#include "gateway/app/client_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kleber::app {
namespace {

using connection::Ended;
using connection::EndedBy;
using testing::EndsWith;
using testing::HasSubstr;

TEST(ClientWords, a_connection_that_did_not_come_about) {
    EXPECT_EQ(why_not_connected({.reason = ReasonCode::ServerUnavailable,
                                 .by = EndedBy::Link,
                                 .detail = "Connection refused"},
                                "pi.local:1883", false),
              "cannot connect to pi.local:1883: Connection refused");
    EXPECT_THAT(why_not_connected({.reason = ReasonCode::UnspecifiedError,
                                   .by = EndedBy::Link,
                                   .detail = "closed by the server"},
                                  "pi.local:1883", false),
                HasSubstr("closed by the server without an answer; is it an MQTT server?"));
    EXPECT_EQ(why_not_connected({.reason = ReasonCode::ServerUnavailable,
                                 .by = EndedBy::Client,
                                 .detail = "no CONNACK in time"},
                                "pi.local:1883", false),
              "cannot connect to pi.local:1883: no CONNACK in time");
}

TEST(ClientWords, a_refusal_comes_with_what_to_do) {
    const Ended refused{.reason = ReasonCode::NotAuthorized, .by = EndedBy::Server};
    EXPECT_EQ(why_not_connected(refused, "pi:1883", false),
              "pi:1883 refused the connection: not authorized; give a user and a password: -u NAME "
              "--password-file FILE");
    EXPECT_THAT(why_not_connected(refused, "pi:1883", true), HasSubstr("check the user"));
    EXPECT_THAT(
        why_not_connected({.reason = ReasonCode::UnsupportedProtocolVersion, .by = EndedBy::Server},
                          "pi:1883", false),
        EndsWith("-V 3.1.1"));
    EXPECT_THAT(
        why_not_connected({.reason = ReasonCode::ClientIdentifierNotValid, .by = EndedBy::Server},
                          "pi:1883", false),
        EndsWith("-i"));
    EXPECT_EQ(why_not_connected({.reason = ReasonCode::UseAnotherServer,
                                 .by = EndedBy::Server,
                                 .detail = "moving house",
                                 .server_reference = "pi2:1883"},
                                "pi:1883", false),
              "pi:1883 refused the connection: use another server (moving house); use pi2:1883");
}

TEST(ClientWords, a_connection_that_is_gone) {
    EXPECT_EQ(why_lost({.by = EndedBy::Link}, "pi:1883"),
              "connection to pi:1883 lost: closed by the server");
    EXPECT_EQ(why_lost({.reason = ReasonCode::SessionTakenOver, .by = EndedBy::Server}, "pi:1883"),
              "connection to pi:1883 lost: session taken over");
}

TEST(ClientWords, what_trying_again_cannot_mend) {
    EXPECT_TRUE(may_try_again({.reason = ReasonCode::UnspecifiedError, .by = EndedBy::Link}));
    EXPECT_TRUE(may_try_again({.reason = ReasonCode::ServerShuttingDown, .by = EndedBy::Server}));
    EXPECT_TRUE(may_try_again({.reason = ReasonCode::KeepAliveTimeout, .by = EndedBy::Client}));
    EXPECT_FALSE(may_try_again({.reason = ReasonCode::SessionTakenOver, .by = EndedBy::Server}));
    EXPECT_FALSE(may_try_again({.reason = ReasonCode::NotAuthorized, .by = EndedBy::Server}));
}

TEST(ClientWords, an_address_as_it_is_written) {
    EXPECT_EQ(server_text("pi.local", 1883), "pi.local:1883");
    EXPECT_EQ(server_text("::1", 1883), "[::1]:1883");
}

}  // namespace
}  // namespace kleber::app
