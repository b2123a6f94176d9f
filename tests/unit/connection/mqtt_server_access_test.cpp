#include <gtest/gtest.h>

#include <string>

#include "tests/support/listed_access.hpp"
#include "tests/unit/connection/server_conversation.hpp"

// What a client is told that may not do what it asks for, and what the broker then hears of it.
namespace kleber::connection {
namespace {

using codec::mqtt::Subscription;
using codec::mqtt::Will;
using support::allow_only;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;
constexpr auto kAllVersions = {kV31, kV311, kV5};

// With a client that its link has proven to be this user; empty: nobody in particular.
class UserConversation : public ServerConversation {
  public:
    explicit UserConversation(const port::Authorizer* authorizer, std::string user = "anna") {
        relink({.address = "10.0.0.9:50112", .is_local = true, .user = std::move(user)});
        set_authorizer(authorizer);
    }
};

TEST(MqttServerAccess, what_is_allowed_is_passed_on_and_asked_once_a_topic) {
    const auto access = allow_only(1, {"anna publishes a", "anna publishes b"});
    UserConversation client{access.get()};
    client.attach(kV5);
    for (const char* topic : {"a", "a", "a", "b", "b", "a"}) client.send(publish(kV5, topic, ""));
    EXPECT_EQ(client.requests(),
              "publish 0 a= qos0; publish 0 a= qos0; publish 0 a= qos0; publish 0 b= qos0; "
              "publish 0 b= qos0; publish 0 a= qos0");
    EXPECT_EQ(access->take_asked_count(), 3U);
    EXPECT_FALSE(client.server().has_denials());
    // A few topics in turn are all known by then, and what is said of them is not mixed up.
    const auto other = allow_only(2, {"anna publishes b"});
    for (const auto& [table, asked] : {std::pair{access.get(), 0U}, {other.get(), 2U}}) {
        client.set_authorizer(table);
        for (int round = 0; round < 4; ++round) {
            for (const char* topic : {"b", "a"}) client.send(publish(kV5, topic, ""));
        }
        EXPECT_EQ(table->take_asked_count(), asked);
    }
    EXPECT_EQ(client.traffic().publishes_dropped.value(), 4U);
}

TEST(MqttServerAccess, a_topic_behind_an_alias_is_asked_for_once_too) {
    const auto access = allow_only(1, {"anna publishes a"});
    UserConversation client{access.get()};
    client.attach(kV5);
    client.send(wire(kV5, codec::mqtt::Publish{.topic = "a", .topic_alias = 1}));
    client.send(wire(kV5, codec::mqtt::Publish{.topic_alias = 1}));
    client.send(wire(kV5, codec::mqtt::Publish{.topic_alias = 1}));
    EXPECT_EQ(client.requests(), "publish 0 a= qos0; publish 0 a= qos0; publish 0 a= qos0");
    EXPECT_EQ(access->take_asked_count(), 1U);
}

TEST(MqttServerAccess, a_topic_too_long_to_be_remembered_is_asked_for_each_time) {
    const std::string topic(LastTopic::kBytesMax + 1, 't');
    const std::string allowed = "anna publishes " + topic;
    const auto access = allow_only(1, {allowed.c_str(), "anna publishes a"});
    UserConversation client{access.get()};
    client.attach(kV311);
    client.send(publish(kV311, topic, ""));
    client.send(publish(kV311, topic, ""));
    client.send(publish(kV311, topic + "x", ""));
    EXPECT_EQ(access->take_asked_count(), 3U);
    EXPECT_EQ(client.traffic().publishes_dropped.value(), 1U);
}

TEST(MqttServerAccess, a_publish_that_is_not_allowed_is_answered_counted_and_told_to_the_log) {
    const auto access = allow_only(1, {});
    for (const auto version : kAllVersions) {
        UserConversation client{access.get()};
        client.attach(version);
        client.send(publish(version, "a/b", "x"));
        client.send(publish(version, "a/b", "x", Qos::AtLeastOnce, 1));
        client.send(publish(version, "c", "x", Qos::ExactlyOnce, 2));
        EXPECT_EQ(client.requests(), "");
        const std::string words = "'not allowed to publish to this topic'";
        EXPECT_EQ(client.packets(), version == kV5 ? "PUBACK 1 (not authorized) " + words +
                                                         "; PUBREC 2 (not authorized) " + words
                                                   : "PUBACK 1; PUBREC 2");
        EXPECT_EQ(client.traffic().publishes_dropped.value(), 3U);
        EXPECT_TRUE(client.server().has_denials());
        EXPECT_EQ(client.server().take_denials(),
                  "may not publish to a/b, and 2 more; kleber acl explain says why");
        EXPECT_FALSE(client.server().has_denials());
        EXPECT_FALSE(client.server().has_ended());
    }
}

TEST(MqttServerAccess, a_denial_is_told_also_if_the_client_has_gone_at_once) {
    const auto access = allow_only(1, {});
    UserConversation client{access.get()};
    client.attach(kV311);
    ByteBuffer both = publish(kV311, "a", "x");
    both.append(wire(kV311, codec::mqtt::Disconnect{}).bytes());
    client.send(both);
    EXPECT_TRUE(client.server().has_ended());
    EXPECT_EQ(client.server().take_denials(), "may not publish to a; kleber acl explain says why");
}

// [MQTT-3.1.2-29] of 5.0, [MQTT-3.4.2-2]
TEST(MqttServerAccess, words_are_left_out_where_the_client_takes_none) {
    const auto access = allow_only(1, {});
    codec::mqtt::Connect wordless = connect_packet(kV5);
    wordless.wants_problem_information = false;
    codec::mqtt::Connect small = connect_packet(kV5);
    small.maximum_packet_size = 30;
    for (const auto& packet : {wordless, small}) {
        UserConversation client{access.get()};
        client.attach(packet);
        client.send(publish(kV5, "a", "", Qos::AtLeastOnce, 1));
        EXPECT_EQ(client.packets(), "PUBACK 1 (not authorized)");
    }
}

// [MQTT-4.3.3-4]: a PUBREC that refuses ends the exchange, and the client may use the id again.
TEST(MqttServerAccess, a_refused_repeat_at_qos_2_is_left_to_the_broker_which_knows_its_id) {
    const auto access = allow_only(1, {"anna publishes a"});
    UserConversation client{access.get()};
    client.attach(kV5);
    const auto repeat = [](ProtocolVersion version, const char* topic) {
        return wire(version,
                    codec::mqtt::Publish{
                        .topic = topic, .packet_id = 5, .qos = Qos::ExactlyOnce, .dup = true});
    };
    for (const auto reason : {ReasonCode::Success, ReasonCode::NotAuthorized}) {
        client.send(repeat(kV5, "b"));
        EXPECT_EQ(client.requests(), "publish 5 refused (not authorized)");
        EXPECT_EQ(client.packets(), "");
        client.reply(port::Settled{
            .id = port::PacketId{5}, .kind = port::SettledKind::Recorded, .reason = reason});
        EXPECT_EQ(client.packets(),
                  reason == ReasonCode::Success
                      ? "PUBREC 5"
                      : "PUBREC 5 (not authorized) 'not allowed to publish to this topic'");
    }
    EXPECT_EQ(client.server().take_denials(),
              "may not publish to b, and 1 more; kleber acl explain says why");
    // The first still counts for its Receive Maximum, as others do; the second is over.
    const std::uint16_t receive_maximum = MqttPolicy{}.receive_maximum;
    for (std::uint16_t id = 1; id < receive_maximum; ++id) {
        client.send(publish(kV5, "a", "", Qos::AtLeastOnce, static_cast<std::uint16_t>(id + 5)));
    }
    EXPECT_FALSE(client.server().has_ended());
    // In earlier versions the exchange goes on: PUBREL ends it.
    UserConversation old{access.get()};
    old.attach(kV311);
    old.send(repeat(kV311, "b"));
    EXPECT_EQ(old.requests(), "");
    EXPECT_EQ(old.packets(), "PUBREC 5");
}

TEST(MqttServerAccess, a_refusal_keeps_the_order_of_acknowledgements) {
    const auto access = allow_only(1, {"anna publishes a"});
    UserConversation client{access.get()};
    client.attach(kV311);
    client.send(publish(kV311, "a", "", Qos::AtLeastOnce, 1));
    client.send(publish(kV311, "b", "", Qos::AtLeastOnce, 2));
    EXPECT_EQ(client.packets(), "");
    client.reply(port::Settled{.id = port::PacketId{1}});
    EXPECT_EQ(client.packets(), "PUBACK 1; PUBACK 2");
}

TEST(MqttServerAccess, another_table_is_obeyed_from_the_next_packet_on) {
    const auto before = allow_only(1, {"anna publishes a"});
    const auto after = allow_only(2, {});
    UserConversation client{before.get()};
    client.attach(kV311);
    client.send(publish(kV311, "a", "1"));
    client.set_authorizer(after.get());
    client.send(publish(kV311, "a", "2"));
    client.set_authorizer(before.get());
    client.send(publish(kV311, "a", "3"));
    client.set_authorizer(nullptr);
    client.send(publish(kV311, "b", "4"));
    client.set_authorizer(before.get());
    client.send(publish(kV311, "b", "5"));
    client.send(publish(kV311, "a", "6"));
    EXPECT_EQ(client.requests(),
              "publish 0 a=1 qos0; publish 0 a=3 qos0; publish 0 b=4 qos0; publish 0 a=6 qos0");
}

TEST(MqttServerAccess, a_filter_that_is_not_allowed_is_refused_beside_others) {
    const auto access = allow_only(1, {"anna subscribes a/#", "anna subscribes $share/g/a/#"});
    UserConversation client{access.get()};
    client.attach(kV5);
    client.send(
        subscribe(kV5, 7,
                  {Subscription{.filter = "a/#"}, Subscription{.filter = "#"},
                   Subscription{.filter = "$share/g/a/#"}, Subscription{.filter = "$share/g/#"}}));
    EXPECT_EQ(
        client.requests(),
        "subscribe 7 a/#:0 #:0 (not authorized) $share/g/a/#:0 $share/g/#:0 (not authorized)");
    EXPECT_EQ(client.server().take_denials(),
              "may not subscribe to #, and 1 more; kleber acl explain says why");
}

TEST(MqttServerAccess, more_filters_than_a_session_may_have_are_refused_unasked) {
    const auto access = allow_only(1, {"anna subscribes a", "anna subscribes c"});
    ServerConversation client{MqttPolicy{.subscriptions_max = 2}};
    client.relink({.address = "10.0.0.9:1", .is_local = true, .user = "anna"});
    client.set_authorizer(access.get());
    client.attach(kV5);
    client.send(subscribe(kV5, 7,
                          {Subscription{.filter = "a"}, Subscription{.filter = "b"},
                           Subscription{.filter = "c"}, Subscription{.filter = "d"}}));
    EXPECT_EQ(client.requests(),
              "subscribe 7 a:0 b:0 (not authorized) c:0 (quota exceeded) d:0 (quota exceeded)");
    EXPECT_EQ(access->take_asked_count(), 2U);
    // Without a table that is the broker's to say: some may be there already.
    client.set_authorizer(nullptr);
    client.send(subscribe(
        kV5, 8,
        {Subscription{.filter = "a"}, Subscription{.filter = "b"}, Subscription{.filter = "c"}}));
    EXPECT_EQ(client.requests(), "subscribe 8 a:0 b:0 c:0");
}

TEST(MqttServerAccess, a_will_that_is_not_allowed_lets_nobody_in) {
    const auto access = allow_only(1, {"anna publishes home/ok", "c publishes home/c"});
    struct Row {
        const char* user;
        const char* topic;
        bool is_allowed;
    };
    const Row rows[] = {{"anna", "home/ok", true},
                        {"anna", "home/c", false},
                        {"ben", "home/ok", false},
                        {"", "home/c", true}};
    for (const auto version : {kV311, kV5}) {
        for (const Row& row : rows) {
            UserConversation client{access.get(), row.user};
            codec::mqtt::Connect packet = connect_packet(version);
            packet.will = Will{.topic = row.topic, .payload = as_bytes("gone")};
            client.send(wire(packet));
            if (row.is_allowed) {
                EXPECT_TRUE(client.requests().starts_with("attach")) << row.topic;
                continue;
            }
            EXPECT_EQ(client.requests(), "");
            EXPECT_EQ(client.packets(), version == kV5 ? "CONNACK (not authorized) 'not allowed to "
                                                         "publish its will'"
                                                       : "CONNACK (not authorized)");
            EXPECT_EQ(client.end(), std::string{"server: not authorized: not allowed to publish "
                                                "its will to "} +
                                        row.topic + "; kleber acl explain says why");
        }
    }
}

TEST(MqttServerAccess, the_broker_hears_who_it_is) {
    ServerConversation client;
    client.relink({.address = "10.0.0.9:1", .user = "anna", .certificate_name = "lamp.local"});
    client.send(wire(connect_packet(kV5)));
    const auto& details = *client.last<port::Attach>().details;
    EXPECT_EQ(details.user, "anna");
    EXPECT_EQ(details.common_name, "lamp.local");
    EXPECT_EQ(details.client_id, "c");
    EXPECT_EQ(details.address, "10.0.0.9:1");
    EXPECT_FALSE(details.is_ours);
}

TEST(MqttServerAccess, a_name_gives_rights_once_it_is_verified) {
    class Somebody : public port::Authenticator {
        std::optional<port::Verdict> verify(port::Credentials&&, port::Ticket) override {
            return std::nullopt;
        }
    } somebody;
    const auto access = allow_only(1, {"anna publishes a", "c publishes c"});
    codec::mqtt::Connect packet = connect_packet(kV5);
    packet.user_name = "anna";
    packet.will = Will{.topic = "a", .payload = as_bytes("gone")};

    ServerConversation nobody_looks;
    nobody_looks.set_authorizer(access.get());
    nobody_looks.send(wire(packet));
    EXPECT_EQ(nobody_looks.requests(), "");
    EXPECT_TRUE(nobody_looks.server().has_ended());

    // Empty: there are no users.
    for (const char* user : {"anna", ""}) {
        ServerConversation client{MqttPolicy{.authenticator = &somebody}};
        client.set_authorizer(access.get());
        client.send(wire(packet));
        EXPECT_FALSE(client.server().has_ended());
        client.verdict({.user = user});
        EXPECT_EQ(client.server().has_ended(), *user == '\0');
        if (*user == '\0') continue;
        client.reply_attached();
        client.requests();
        client.send(publish(kV5, "a", ""));
        client.send(publish(kV5, "c", ""));
        EXPECT_EQ(client.requests(), "publish 0 a= qos0");
    }
}

// Before that it would tell a stranger what a name may publish.
TEST(MqttServerAccess, a_will_is_asked_for_after_the_verdict_and_by_the_table_of_that_moment) {
    class Somebody : public port::Authenticator {
        std::optional<port::Verdict> verify(port::Credentials&&, port::Ticket) override {
            return std::nullopt;
        }
    } somebody;
    const auto everything = allow_only(1, {"anna publishes a", "ben publishes a"});
    const auto nothing = allow_only(2, {});
    codec::mqtt::Connect packet = connect_packet(kV5);
    packet.user_name = "anna";
    packet.will = Will{.topic = "a", .payload = as_bytes("gone")};
    for (const bool is_allowed : {true, false}) {
        ServerConversation client{MqttPolicy{.authenticator = &somebody}};
        client.set_authorizer(is_allowed ? nothing.get() : everything.get());
        client.send(wire(packet));
        EXPECT_FALSE(client.server().has_ended());
        EXPECT_EQ(everything->take_asked_count() + nothing->take_asked_count(), 0U);
        client.set_authorizer(is_allowed ? everything.get() : nothing.get());
        client.verdict({.user = "anna"});
        EXPECT_EQ(client.server().has_ended(), !is_allowed);
        EXPECT_EQ(everything->take_asked_count() + nothing->take_asked_count(), 1U);
        EXPECT_EQ(client.requests() == "", !is_allowed);
    }
    // Who is refused is told nothing of it.
    ServerConversation stranger{MqttPolicy{.authenticator = &somebody}};
    stranger.set_authorizer(nothing.get());
    stranger.send(wire(packet));
    stranger.verdict({.reason = ReasonCode::BadUserNameOrPassword});
    EXPECT_EQ(nothing->take_asked_count(), 0U);
    EXPECT_EQ(stranger.packets(),
              "CONNACK (bad user name or password) 'bad user name or password'");
}

// M1: there is no users' file, so that nobody has proved anything.
TEST(MqttServerAccess, a_claimed_name_has_the_rights_of_nobody) {
    const auto access =
        allow_only(1, {"anna publishes a", "c publishes b", "anna subscribes a", "c subscribes b"});
    codec::mqtt::Connect packet = connect_packet(kV5);
    packet.user_name = "anna";
    ServerConversation client;
    client.set_authorizer(access.get());
    client.send(wire(packet));
    EXPECT_EQ(client.last<port::Attach>().details->user, "");
    client.reply_attached();
    client.requests();
    client.send(publish(kV5, "a", ""));
    client.send(publish(kV5, "b", ""));
    client.send(subscribe(kV5, 1, {Subscription{.filter = "a"}, Subscription{.filter = "b"}}));
    EXPECT_EQ(client.requests(), "publish 0 b= qos0; subscribe 1 a:0 (not authorized) b:0");
}

TEST(MqttServerAccess, the_certificates_name_is_asked_for_beside_an_assigned_id) {
    const auto access = allow_only(1, {"lamp.local publishes a", "made-up publishes b"});
    for (const char* name : {"lamp.local", ""}) {
        ServerConversation client;
        client.set_authorizer(access.get());
        client.relink({.address = "10.0.0.9:1", .is_local = true, .certificate_name = name});
        codec::mqtt::Connect packet = connect_packet(kV5);
        packet.client_id = "";
        client.send(wire(packet));
        client.reply_attached(false, "made-up");
        client.requests();
        client.send(publish(kV5, "a", ""));
        client.send(publish(kV5, "b", ""));
        EXPECT_EQ(client.requests(), *name == '\0' ? "publish 0 b= qos0" : "publish 0 a= qos0");
        EXPECT_EQ(client.server().client_id(), "made-up");
        EXPECT_EQ(client.server().address(), "10.0.0.9:1");
        EXPECT_EQ(client.server().user(), "");
    }
}

}  // namespace
}  // namespace kleber::connection
