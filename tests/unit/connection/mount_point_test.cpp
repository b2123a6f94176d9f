#include "gateway/connection/mount_point.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/port/authorizer.hpp"
#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::PropertyId;
using codec::mqtt::Publish;

constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;

MqttPolicy guests() {
    MqttPolicy policy;
    policy.mount = MountPoint{"guests/"};
    return policy;
}

port::MessageRef message(std::string_view topic, Bytes properties = {}) {
    return port::Message::make(
        {.topic = topic, .topic_hash = port::hash_topic(topic), .properties = properties},
        port::Sharing::OneThread);
}

port::Deliver delivery(port::MessageRef message) {
    port::Deliver made;
    made.message = std::move(message);
    return made;
}

TEST(MountPoint, filters_stay_shared) {
    const MountPoint mount{"a/b/"};
    EXPECT_EQ(mount.inward_filter("#"), "a/b/#");
    EXPECT_EQ(mount.inward_filter("+/c"), "a/b/+/c");
    EXPECT_EQ(mount.inward_filter("$SYS/#"), "a/b/$SYS/#");
    EXPECT_EQ(mount.inward_filter("$share/g/c/#"), "$share/g/a/b/c/#");
    EXPECT_EQ(MountPoint{}.inward_filter("$share/g/c/#"), "$share/g/c/#");
}

TEST(MountPoint, what_is_outside_has_no_name) {
    const MountPoint mount{"a/b/"};
    EXPECT_EQ(mount.outward("a/b/c"), "c");
    EXPECT_EQ(mount.outward("a/bc"), "");
    EXPECT_EQ(mount.outward("a/b"), "");
    EXPECT_EQ(MountPoint{}.outward("a/b/c"), "a/b/c");
}

TEST(MountPoint, publishes_and_wills_go_below_it) {
    for (const auto version : {kV311, kV5}) {
        ServerConversation client{guests()};
        auto connect = connect_packet(version);
        connect.will = codec::mqtt::Will{.topic = "gone"};
        client.send(wire(connect));
        EXPECT_EQ(client.last<port::Attach>().details->will->message->topic(), "guests/gone");
        client.requests();
        client.reply_attached();
        // Twice each: what is known of the last topic is known of what the client said.
        for (const char* topic : {"a", "a", "guests/a", "guests/a", "a", "guests/guests/a"}) {
            client.send(publish(version, topic, "x"));
            const port::Message& sent = *client.last<port::Publish>().message;
            EXPECT_EQ(sent.topic(), std::string{"guests/"} + topic);
            EXPECT_EQ(sent.topic_hash(), port::hash_topic(sent.topic()));
        }
    }
}

TEST(MountPoint, its_own_topics_come_by_their_own_names) {
    for (const auto version : {kV311, kV5}) {
        ServerConversation client{guests()};
        client.attach(version);
        client.send(subscribe(version, 1, {{.filter = "a/#"}, {.filter = "$share/g/b"}}));
        client.send(unsubscribe(version, 2, {"a/#", "$share/g/b"}));
        EXPECT_EQ(client.requests(),
                  "subscribe 1 guests/a/#:0 $share/g/guests/b:0; "
                  "unsubscribe 2 guests/a/# $share/g/guests/b");
        client.packets();
        client.reply(delivery(message("guests/a/1")));
        // Of a session that was somewhere else before, or since a/# matches a.
        client.requests();
        client.reply(delivery(message("elsewhere")));
        client.reply(delivery(message("guests")));
        EXPECT_THAT(client.requests(), testing::HasSubstr("credit"));
        EXPECT_EQ(client.packets(), "PUBLISH a/1= qos0");
    }
}

TEST(MountPoint, response_topics_are_translated_both_ways) {
    ServerConversation client{guests()};
    client.attach(kV5);
    const ByteBuffer asked = section({{PropertyId::ContentType, "text"},
                                      {PropertyId::ResponseTopic, "answer"},
                                      {PropertyId::CorrelationData, "7"}},
                                     2);
    const ByteBuffer forwarded = section({{PropertyId::ContentType, "text"},
                                          {PropertyId::ResponseTopic, "guests/answer"},
                                          {PropertyId::CorrelationData, "7"}},
                                         2);
    client.send(wire(kV5, Publish{.topic = "a", .properties = asked.bytes()}));
    const Bytes sent = client.last<port::Publish>().message->properties();
    EXPECT_TRUE(
        std::equal(sent.begin(), sent.end(), forwarded.bytes().begin(), forwarded.bytes().end()));

    client.packets();
    client.reply(delivery(message("guests/a", sent)));
    const std::vector<std::uint8_t> wired = client.bytes();
    const ByteBuffer expected = wire(kV5, Publish{.topic = "a", .properties = asked.bytes()});
    EXPECT_EQ(wired, (std::vector<std::uint8_t>{expected.bytes().begin(), expected.bytes().end()}));
}

TEST(MountPoint, a_response_topic_that_would_become_too_long_stays_as_it_is) {
    const MountPoint mount{"guests/"};
    const std::string longest(65'535, 'x');
    const ByteBuffer asked = section({{PropertyId::ResponseTopic, longest}});
    ByteBuffer room;
    EXPECT_EQ(mount.inward_properties(asked.bytes(), room).size(), asked.size());
}

TEST(MountPoint, aliases_stand_for_what_the_client_says) {
    ServerConversation client{guests()};
    client.attach(kV5);
    client.send(wire(kV5, Publish{.topic = "a", .topic_alias = 1}));
    client.send(wire(kV5, Publish{.topic = "", .topic_alias = 1}));
    EXPECT_EQ(client.last<port::Publish>().message->topic(), "guests/a");

    auto connect = connect_packet(kV5);
    connect.topic_alias_maximum = 1;
    ServerConversation other{guests()};
    other.attach(connect);
    other.reply(delivery(message("guests/a")));
    other.reply(delivery(message("guests/a")));
    EXPECT_EQ(other.packets(), "PUBLISH a= qos0 +35=1; PUBLISH = qos0 +35=1");
}

// Allows what it is told to.
class Only : public port::Authorizer {
  public:
    explicit Only(std::string_view topic) : Authorizer(1), topic_(topic) {}

    bool may_publish(const port::Principal&, std::string_view topic) const override {
        return topic == topic_;
    }
    bool may_read(const port::Principal&, std::string_view topic) const override {
        return topic == topic_;
    }
    bool may_subscribe(const port::Principal&, std::string_view filter) const override {
        return filter == topic_;
    }

  private:
    const std::string_view topic_;
};

TEST(MountPoint, rights_are_those_of_the_whole_topic) {
    const Only whole{"guests/a"};
    ServerConversation client{guests()};
    client.set_authorizer(&whole);
    client.attach(kV311);
    client.send(publish(kV311, "a", "x"));
    EXPECT_EQ(client.last<port::Publish>().message->topic(), "guests/a");
    client.requests();
    client.send(publish(kV311, "guests/a", "x"));
    EXPECT_EQ(client.requests(), "");
    EXPECT_EQ(client.server().take_denials(),
              "may not publish to guests/guests/a; kleber acl explain says why");
    client.send(subscribe(kV311, 1, {{.filter = "a"}, {.filter = "guests/a"}}));
    const auto& filters = client.last<port::Subscribe>().details->filters;
    EXPECT_EQ(filters[0].refusal, ReasonCode::Success);
    EXPECT_EQ(filters[1].refusal, ReasonCode::NotAuthorized);
}

}  // namespace
}  // namespace kleber::connection
