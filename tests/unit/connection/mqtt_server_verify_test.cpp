#include <gmock/gmock.h>

#include <functional>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::Connect;
using testing::StartsWith;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;

// Only its being there is looked at: the owner asks, here the test.
class Somebody : public port::Authenticator {
  public:
    std::optional<port::Verdict> verify(port::Credentials&&, port::Ticket) override {
        return std::nullopt;
    }
};

std::string hex(const std::vector<std::uint8_t>& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (!text.empty()) text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 0x0F];
    }
    return text;
}

Connect of_anna(ProtocolVersion version) {
    Connect packet = connect_packet(version);
    packet.user_name = "anna";
    packet.password = as_bytes("secret");
    return packet;
}

class MqttServerVerify : public testing::Test {
  protected:
    MqttPolicy policy(AllowAnonymous allow = AllowAnonymous::No) {
        return {.allow_anonymous = allow, .authenticator = &somebody_, .listener = "[::]:1883"};
    }

    Somebody somebody_;
};

TEST_F(MqttServerVerify, credentials_are_shown_before_the_broker_is_asked) {
    for (const auto version : {kV31, kV311, kV5}) {
        ServerConversation client{policy(), false};
        client.send(wire(of_anna(version)));
        ASSERT_TRUE(client.server().has_credentials());
        const port::Credentials credentials = client.server().take_credentials();
        EXPECT_EQ(credentials.user, "anna");
        EXPECT_EQ(credentials.password.bytes(), "secret");
        EXPECT_EQ(credentials.address, "10.0.0.9:50112");
        EXPECT_FALSE(credentials.is_local);
        EXPECT_FALSE(client.server().has_credentials());
        EXPECT_FALSE(client.server().is_reading());
        EXPECT_EQ(client.requests() + client.packets(), "");
        EXPECT_EQ(client.server().identity(), "");

        client.verdict({.user = "anna"});
        EXPECT_EQ(client.last<port::Attach>().details->user, "anna");
        EXPECT_THAT(client.requests(), StartsWith("attach 'c' clean"));
        EXPECT_EQ(client.server().identity(), "anna");
        client.reply_attached();
        EXPECT_THAT(client.packets(), StartsWith("CONNACK"));
    }
}

TEST_F(MqttServerVerify, nothing_is_read_until_the_verdict) {
    ServerConversation client{policy()};
    ByteBuffer both = wire(of_anna(kV311));
    both.append(publish(kV311, "t", "x").bytes());
    client.send(both);
    EXPECT_FALSE(client.server().is_reading());
    client.send(publish(kV311, "t", "y"));
    EXPECT_EQ(client.requests(), "");
    client.verdict({.user = "anna"});
    EXPECT_THAT(client.requests(), StartsWith("attach"));
    client.reply_attached();
    EXPECT_EQ(client.requests(), "publish 0 t=x qos0; publish 0 t=y qos0");
}

TEST_F(MqttServerVerify, refusals_are_told_without_the_reason_that_is_logged) {
    struct Row {
        ReasonCode reason;
        const char* old_code;
        const char* told;
    };
    for (const Row& row :
         {Row{ReasonCode::BadUserNameOrPassword, "20 02 00 04",
              "CONNACK (bad user name or password) 'bad user name or password'"},
          Row{ReasonCode::NotAuthorized, "20 02 00 05",
              "CONNACK (not authorized) 'not authorized'"},
          Row{ReasonCode::ServerBusy, "20 02 00 03", "CONNACK (server busy) 'server busy'"},
          Row{ReasonCode::Banned, "20 02 00 05", "CONNACK (banned) 'banned'"}}) {
        for (const auto version : {kV31, kV311, kV5}) {
            ServerConversation client{policy(AllowAnonymous::Yes)};
            client.send(wire(of_anna(version)));
            client.verdict({.reason = row.reason, .user = {}, .detail = "no user anna"});
            EXPECT_EQ(client.requests(), "");
            if (version == kV5) {
                EXPECT_EQ(client.packets(), row.told);
            } else {
                EXPECT_EQ(hex(client.bytes()), row.old_code);
            }
            EXPECT_TRUE(client.server().has_ended());
            EXPECT_EQ(client.end(),
                      "server: " + std::string{name_of(row.reason)} + ": no user anna");
        }
    }
}

TEST_F(MqttServerVerify, without_credentials_the_listener_decides) {
    for (const AllowAnonymous allow : {AllowAnonymous::Yes, AllowAnonymous::Local}) {
        ServerConversation client{policy(allow)};
        client.send(wire(connect_packet(kV311)));
        EXPECT_FALSE(client.server().has_credentials());
        EXPECT_THAT(client.requests(), StartsWith("attach"));
    }
    ServerConversation client{policy(AllowAnonymous::Local), false};
    client.send(wire(connect_packet(kV311)));
    EXPECT_EQ(hex(client.bytes()), "20 02 00 05");
}

TEST_F(MqttServerVerify, half_credentials_are_credentials) {
    Connect only_user = connect_packet(kV311);
    only_user.user_name = "anna";
    Connect empty_user = connect_packet(kV311);
    empty_user.user_name = "";
    Connect only_password = connect_packet(kV5);
    only_password.password = as_bytes("secret");
    Connect empty_password = of_anna(kV5);
    empty_password.password = Bytes{};
    for (const Connect& packet : {only_user, empty_user, only_password, empty_password}) {
        ServerConversation client{policy(AllowAnonymous::Yes)};
        client.send(wire(packet));
        EXPECT_TRUE(client.server().has_credentials());
        EXPECT_EQ(client.requests(), "");
    }
}

TEST_F(MqttServerVerify, whom_the_link_has_proven_is_asked_for_nothing) {
    ServerConversation client{policy()};
    client.relink({.address = "10.0.0.9:50112", .user = "lamp"});
    client.send(wire(of_anna(kV5)));
    EXPECT_FALSE(client.server().has_credentials());
    EXPECT_EQ(client.last<port::Attach>().details->user, "lamp");
    EXPECT_EQ(client.server().identity(), "lamp");
    client.verdict({.user = "anna"});
    EXPECT_EQ(client.server().identity(), "lamp");
}

TEST_F(MqttServerVerify, bytes_of_a_password_are_all_there) {
    using namespace std::string_view_literals;
    Connect packet = of_anna(kV5);
    packet.password = as_bytes("a\0b\xFF\0"sv);
    ServerConversation client{policy()};
    client.send(wire(packet));
    EXPECT_EQ(client.server().take_credentials().password.bytes(), "a\0b\xFF\0"sv);
}

TEST_F(MqttServerVerify, where_there_are_no_users_credentials_mean_nothing) {
    ServerConversation local{policy(AllowAnonymous::Local)};
    local.send(wire(of_anna(kV311)));
    local.verdict({});
    EXPECT_EQ(local.last<port::Attach>().details->user, "");
    EXPECT_EQ(local.server().user(), "anna");
    EXPECT_EQ(local.server().identity(), "");

    ServerConversation remote{policy(AllowAnonymous::Local), false};
    remote.send(wire(of_anna(kV5)));
    remote.verdict({});
    EXPECT_EQ(remote.requests(), "");
    EXPECT_EQ(remote.packets(),
              "CONNACK (not authorized) 'anonymous clients are not allowed from here'");
}

TEST_F(MqttServerVerify, a_connect_that_is_refused_anyway_costs_no_verdict) {
    MqttPolicy no_will_there = policy();
    no_will_there.user_properties_max = 0;
    const ByteBuffer many = section({}, 1);
    Connect packet = of_anna(kV5);
    packet.properties = many.bytes();
    ServerConversation client{no_will_there};
    client.send(wire(packet));
    EXPECT_FALSE(client.server().has_credentials());
    EXPECT_TRUE(client.server().has_ended());
}

TEST_F(MqttServerVerify, the_connect_timeout_holds_while_it_waits) {
    ServerConversation client{policy()};
    const SteadyTime start = client.now();
    client.wait(std::chrono::seconds{2});
    client.send(wire(of_anna(kV5)));
    EXPECT_EQ(client.server().deadline(), start + std::chrono::seconds{5});
    client.wait(std::chrono::milliseconds{2999});
    client.on_deadline();
    EXPECT_FALSE(client.server().has_ended());
    client.wait(std::chrono::milliseconds{1});
    client.on_deadline();
    EXPECT_EQ(client.end(), "server: server busy: too many logins at present");
    EXPECT_EQ(client.packets(), "CONNACK (server busy) 'too many logins at present'");
    client.verdict({.user = "anna"});
    EXPECT_EQ(client.requests() + client.packets(), "");
    EXPECT_EQ(client.server().identity(), "");
}

TEST_F(MqttServerVerify, it_shows_that_it_waits_and_how_long) {
    const auto of_one_that = [&](const std::function<void(ServerConversation&)>& goes_on) {
        ServerConversation client{policy(AllowAnonymous::Yes)};
        const SteadyTime start = client.now();
        client.wait(std::chrono::seconds{2});
        client.send(wire(of_anna(kV5)));
        const port::Credentials credentials = client.server().take_credentials();
        EXPECT_EQ(credentials.until, start + std::chrono::seconds{5});
        EXPECT_FALSE(credentials.asker.expired());
        goes_on(client);
        return credentials.asker.expired();
    };
    EXPECT_FALSE(of_one_that([](ServerConversation&) {}));
    EXPECT_TRUE(of_one_that([](ServerConversation& one) { one.verdict({.user = "anna"}); }));
    EXPECT_TRUE(of_one_that([](ServerConversation& one) {
        one.verdict({.reason = ReasonCode::BadUserNameOrPassword});
    }));
    EXPECT_TRUE(
        of_one_that([](ServerConversation& one) { one.link_lost(ReasonCode::UnspecifiedError); }));
    EXPECT_TRUE(
        of_one_that([](ServerConversation& one) { one.stop(ReasonCode::ServerShuttingDown); }));
    EXPECT_TRUE(of_one_that([](ServerConversation& one) {
        one.wait(std::chrono::seconds{3});
        one.on_deadline();
    }));
}

TEST_F(MqttServerVerify, a_refusal_may_be_kept_back) {
    for (const auto version : {kV31, kV311, kV5}) {
        ServerConversation client{policy(AllowAnonymous::Yes)};
        client.send(wire(of_anna(version)));
        const SteadyTime refused = client.now() + std::chrono::milliseconds{800};
        client.verdict({.reason = ReasonCode::BadUserNameOrPassword,
                        .detail = "no user anna",
                        .delay = std::chrono::milliseconds{800}});
        EXPECT_FALSE(client.server().has_ended());
        EXPECT_FALSE(client.server().is_reading());
        EXPECT_EQ(client.server().deadline(), refused);
        // There is but one verdict.
        client.verdict({.user = "anna"});
        client.wait(std::chrono::milliseconds{799});
        client.on_deadline();
        EXPECT_TRUE(client.bytes().empty());
        client.wait(std::chrono::milliseconds{1});
        client.on_deadline();
        EXPECT_FALSE(client.bytes().empty());
        EXPECT_EQ(client.requests(), "");
        EXPECT_EQ(client.end(), "server: bad user name or password: no user anna");
    }
}

TEST_F(MqttServerVerify, a_refusal_is_not_kept_back_beyond_the_connect_timeout) {
    ServerConversation client{policy()};
    const SteadyTime start = client.now();
    client.wait(std::chrono::seconds{3});
    client.send(wire(of_anna(kV5)));
    client.verdict(
        {.reason = ReasonCode::BadUserNameOrPassword, .delay = std::chrono::seconds{30}});
    EXPECT_EQ(client.server().deadline(), start + std::chrono::seconds{5});
    client.wait(std::chrono::seconds{2});
    client.on_deadline();
    EXPECT_EQ(client.packets(), "CONNACK (bad user name or password) 'bad user name or password'");
}

TEST_F(MqttServerVerify, who_leaves_or_must_leave_does_not_wait_for_a_refusal) {
    const port::Verdict refusal{.reason = ReasonCode::BadUserNameOrPassword,
                                .delay = std::chrono::seconds{1}};
    ServerConversation gone{policy()};
    gone.send(wire(of_anna(kV5)));
    gone.verdict(port::Verdict{refusal});
    gone.link_lost(ReasonCode::UnspecifiedError);
    EXPECT_TRUE(gone.server().has_ended());
    ServerConversation stopped{policy()};
    stopped.send(wire(of_anna(kV5)));
    stopped.verdict(port::Verdict{refusal});
    stopped.stop(ReasonCode::ServerShuttingDown);
    EXPECT_EQ(stopped.packets(), "CONNACK (server unavailable) 'server shutting down'");
}

TEST_F(MqttServerVerify, a_lost_link_needs_no_verdict) {
    ServerConversation client{policy()};
    client.send(wire(of_anna(kV5)));
    client.link_lost(ReasonCode::UnspecifiedError);
    EXPECT_TRUE(client.server().has_ended());
    EXPECT_FALSE(client.server().has_credentials());
    client.verdict({.user = "anna"});
    EXPECT_EQ(client.requests() + client.packets(), "");
}

TEST_F(MqttServerVerify, a_stop_ends_the_wait) {
    ServerConversation client{policy()};
    client.send(wire(of_anna(kV5)));
    client.stop(ReasonCode::ServerShuttingDown);
    EXPECT_EQ(client.packets(), "CONNACK (server unavailable) 'server shutting down'");
    EXPECT_TRUE(client.server().has_ended());
    EXPECT_EQ(client.requests(), "");
}

TEST_F(MqttServerVerify, a_verdict_that_nobody_waits_for_is_dropped) {
    ServerConversation client{policy(AllowAnonymous::Yes)};
    client.verdict({.user = "anna"});
    EXPECT_EQ(client.requests(), "");
    client.attach(kV5);
    client.verdict({.reason = ReasonCode::BadUserNameOrPassword});
    client.verdict({.user = "anna"});
    EXPECT_EQ(client.requests() + client.packets(), "");
    EXPECT_EQ(client.server().identity(), "");
    EXPECT_TRUE(client.server().is_attached());
}

}  // namespace
}  // namespace kleber::connection
