// Chapters 3.3.2.3: the properties of PUBLISH, from publisher to receiver.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Properties5 : public Conversation {
  protected:
    // What a subscriber gets of a message with these properties.
    ReceivedMessage delivered(const Properties& properties, std::string_view payload = "x") {
        TestClient& a = join(Version::V5, "a");
        a.subscribe("t", kQos1);
        TestClient& b = join(Version::V5, "b");
        b.publish("t", payload, {.properties = properties});
        return a.expect_message("t", payload);
    }
    void expect_closed(std::string_view wire, ReasonCode reason, support::Where where = {}) {
        SCOPED_TRACE(wire);
        TestClient& a = join(Version::V5, "a");
        a.send_wire(wire);
        a.expect_closed(reason, where);
    }
};

TEST_F(Properties5, mqtt5_3_3_2_4_the_payload_format_is_passed_on) {
    for (const std::uint32_t format : {0U, 1U}) {
        const ReceivedMessage message =
            delivered(Properties{}.number(PropertyId::PayloadFormat, format));
        const auto property = mqtt::find_property(message.properties, PropertyId::PayloadFormat);
        ASSERT_TRUE(property);
        EXPECT_EQ(property->number, format);
    }
}

TEST_F(Properties5, the_payload_format_is_checked) {
    TestClient& a = join(Version::V5, "a");
    const Properties text = std::move(Properties{}.number(PropertyId::PayloadFormat, 1));
    EXPECT_EQ(a.publish("t", "\xFF", {.qos = kQos1, .properties = text}),
              ReasonCode::PayloadFormatInvalid);
    EXPECT_EQ(a.publish("t", "\xFF", {.qos = kQos2, .properties = text}),
              ReasonCode::PayloadFormatInvalid);
    a.expect_alive();
    a.publish("t", "\xFF", {.properties = text});
    a.expect_closed(ReasonCode::PayloadFormatInvalid);
    expect_closed("30 ( <t> ( 01 02 ) 'x' )", ReasonCode::ProtocolError);
}

TEST_F(Properties5, mqtt5_3_3_2_5_what_expired_before_it_was_sent_is_not_sent) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.subscribe("t", kQos2);
    a.drop();
    TestClient& b = join(Version::V5, "b");
    b.publish("t", "short", {.qos = kQos1, .message_expiry = 10});
    b.publish("t", "short", {.qos = kQos2, .message_expiry = 10});
    b.publish("t", "long", {.qos = kQos1, .message_expiry = 100});
    world.advance(seconds{11});
    a.connect(lasting());
    a.expect_message("t", "long");
    a.expect_nothing();
    const auto expired = static_cast<std::size_t>(port::DropReason::Expired);
    EXPECT_EQ(world.statistics().dropped[expired], 2U);
}

TEST_F(Properties5, mqtt5_3_3_2_6_the_expiry_is_sent_on_less_the_time_it_waited) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.subscribe("t", kQos1);
    a.drop();
    TestClient& b = join(Version::V5, "b");
    b.publish("t", "x", {.qos = kQos1, .message_expiry = 100});
    b.publish("t", "y", {.qos = kQos1});
    world.advance(seconds{30});
    a.connect(lasting());
    EXPECT_EQ(a.expect_message("t", "x").message_expiry, 70U);
    EXPECT_EQ(a.expect_message("t", "y").message_expiry, std::nullopt);
    b.publish("t", "z", {.message_expiry = 5});
    EXPECT_EQ(a.expect_message("t", "z").message_expiry, 5U);
}

TEST_F(Properties5, mqtt5_3_3_2_13_the_response_topic_is_text) {
    expect_closed("30 ( <t> ( 08 00 02 C3 28 ) 'x' )", ReasonCode::MalformedPacket);
}

TEST_F(Properties5, mqtt5_3_3_2_14_the_response_topic_has_no_wildcards) {
    expect_closed("30 ( <t> ( 08 <a/+> ) 'x' )", ReasonCode::ProtocolError);
    expect_closed("32 ( <t> 00 01 ( 08 <#> ) 'x' )", ReasonCode::ProtocolError);
    expect_closed("30 ( <t> ( 08 <> ) 'x' )", ReasonCode::ProtocolError);
}

TEST_F(Properties5, mqtt5_3_3_2_15_the_response_topic_is_passed_on) {
    EXPECT_EQ(text_of(delivered(Properties{}.text(PropertyId::ResponseTopic, "a/b")),
                      PropertyId::ResponseTopic),
              "a/b");
}

TEST_F(Properties5, mqtt5_3_3_2_16_the_correlation_data_is_passed_on) {
    const std::string_view data{"\x00\xFF\x80", 3};
    EXPECT_EQ(text_of(delivered(Properties{}.text(PropertyId::CorrelationData, data)),
                      PropertyId::CorrelationData),
              data);
}

TEST_F(Properties5, mqtt5_3_3_2_17_mqtt5_3_3_2_18_user_properties_are_passed_on_in_order) {
    const ReceivedMessage message =
        delivered(Properties{}.user("b", "1").user("a", "2").user("b", "1").user("\u00e9", ""));
    EXPECT_THAT(user_properties_of(message.properties),
                testing::ElementsAre(testing::Pair("b", "1"), testing::Pair("a", "2"),
                                     testing::Pair("b", "1"), testing::Pair("\u00e9", "")));
}

TEST_F(Properties5, user_properties_have_a_limit) {
    Properties many;
    for (int number = 0; number < 101; ++number) many.user("n", "v");
    TestClient& a = join(Version::V5, "a");
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos1, .properties = many}), ReasonCode::QuotaExceeded);
    a.publish("t", "x", {.properties = many});
    a.expect_closed(ReasonCode::QuotaExceeded);
}

TEST_F(Properties5, mqtt5_3_3_2_19_the_content_type_is_text) {
    expect_closed("30 ( <t> ( 03 00 02 C3 28 ) 'x' )", ReasonCode::MalformedPacket);
}

TEST_F(Properties5, mqtt5_3_3_2_20_the_content_type_is_passed_on) {
    EXPECT_EQ(text_of(delivered(Properties{}.text(PropertyId::ContentType, "a/json")),
                      PropertyId::ContentType),
              "a/json");
}

TEST_F(Properties5, twice_or_in_the_wrong_packet_closes_the_connection) {
    expect_closed("30 ( <t> ( 03 <a> 03 <b> ) 'x' )", ReasonCode::ProtocolError);
    expect_closed("30 ( <t> ( 11 00 00 00 01 ) 'x' )", ReasonCode::MalformedPacket);
    expect_closed("30 ( <t> ( 7F 00 ) 'x' )", ReasonCode::MalformedPacket);
    expect_closed("82 ( 00 01 ( 03 <a> ) <t> 00 )", ReasonCode::MalformedPacket);
    expect_closed("82 ( 00 01 ( 0B 00 ) <t> 00 )", ReasonCode::ProtocolError);
    expect_closed("82 ( 00 01 ( 0B 01 0B 02 ) <t> 00 )", ReasonCode::ProtocolError);
}

TEST_F(Properties5, receivers_of_older_versions_get_the_message_without_them) {
    TestClient& a = join(Version::V311, "a");
    a.subscribe("t");
    join(Version::V5, "b")
        .publish("t", "x",
                 {.message_expiry = 10,
                  .properties = std::move(Properties{}.text(PropertyId::ContentType, "text"))});
    EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("30 ( <t> 'x' )"));
}

// -- topic aliases

class Aliases5 : public Conversation {};

TEST_F(Aliases5, mqtt5_3_3_2_12_a_client_may_use_those_announced) {
    TestClient& witness = join(Version::V5, "witness");
    witness.subscribe("#");
    TestClient& a = client(Version::V5, "a");
    const std::uint16_t maximum = a.connect().topic_alias_maximum;
    ASSERT_EQ(maximum, 10);
    for (std::uint16_t alias = 1; alias <= maximum; ++alias) {
        const std::string topic = "t/" + std::to_string(alias);
        a.publish(topic, "named", {.topic_alias = alias});
        a.publish("", "alias", {.topic_alias = alias});
        witness.expect_message(topic, "named");
        EXPECT_EQ(witness.expect_message(topic, "alias").topic_alias, std::nullopt);
    }
    a.publish("other", "again", {.topic_alias = 1});
    a.publish("", "changed", {.topic_alias = 1});
    witness.expect_message("other", "again");
    witness.expect_message("other", "changed");
}

TEST_F(Aliases5, mqtt5_3_3_2_7_are_forgotten_with_the_connection) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.publish("t", "x", {.topic_alias = 1});
    a.drop();
    a.connect(lasting());
    a.publish("", "y", {.topic_alias = 1});
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_F(Aliases5, mqtt5_3_3_2_7_ours_are_forgotten_with_the_connection) {
    TestClient& a = client(Version::V5, "a");
    mqtt::Connect connect = lasting();
    connect.topic_alias_maximum = 5;
    a.connect(connect);
    a.subscribe("t");
    TestClient& b = join(Version::V5, "b");
    for (int time = 0; time < 3; ++time) b.publish("t", "x");
    EXPECT_EQ(a.messages().size(), 3U);
    a.drop();
    a.connect(connect);
    b.publish("t", "x");
    a.expect_message("t", "x");  // which knows no alias on the new connection
}

TEST_F(Aliases5, mqtt5_3_3_2_8_alias_0_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("30 ( <t> ( 23 00 00 ) 'x' )");
    a.expect_closed(ReasonCode::TopicAliasInvalid);
}

TEST_F(Aliases5, mqtt5_3_3_2_9_one_above_the_maximum_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.publish("t", "x", {.topic_alias = 11});
    a.expect_closed(ReasonCode::TopicAliasInvalid);
}

TEST_F(Aliases5, neither_topic_nor_alias_closes_the_connection) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("30 ( <> 00 'x' )");
    a.expect_closed(ReasonCode::ProtocolError);
}

TEST_F(Aliases5, mqtt5_3_1_2_26_mqtt5_3_3_2_11_ours_are_at_most_what_the_client_takes) {
    for (const std::uint16_t maximum : {std::uint16_t{1}, std::uint16_t{3}}) {
        TestClient& a = client(Version::V5, "a");
        a.connect({.topic_alias_maximum = maximum});
        a.subscribe("#");
        TestClient& b = join(Version::V5, "b");
        bool has_used_one = false;
        for (int round = 0; round < 4; ++round) {
            for (int topic = 0; topic < 6; ++topic) {
                b.publish("t/" + std::to_string(topic), "x");
                const ReceivedMessage message = a.expect_message("t/" + std::to_string(topic), "x");
                has_used_one |= message.topic_alias.has_value();
                EXPECT_LE(message.topic_alias.value_or(0), maximum);
            }
        }
        EXPECT_TRUE(has_used_one);
    }
}

TEST_F(Aliases5, mqtt5_3_1_2_27_none_are_sent_to_a_client_that_takes_none) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe("t");
    for (int time = 0; time < 5; ++time) a.publish("t", "x");
    for (const ReceivedMessage& message : a.messages()) {
        EXPECT_EQ(message.topic_alias, std::nullopt);
    }
}

TEST_F(Aliases5, an_alias_saves_the_topic) {
    TestClient& a = client(Version::V5, "a");
    a.connect({.topic_alias_maximum = 10});
    a.subscribe("a/long/topic");
    a.publish("a/long/topic", "x");
    a.publish("a/long/topic", "x");
    const std::size_t first = a.link().receive_bytes().size();
    EXPECT_LT(a.link().receive_bytes().size(), first);
}

}  // namespace
}  // namespace kleber::conformance
