// Chapters 3.1.2, 3.1.3.2, 3.14.4: the will.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Will : public EveryVersion {
  protected:
    // A client that says what becomes of the will of "a".
    TestClient& witness() {
        TestClient& made = join("witness");
        made.subscribe("will", kQos2);
        return made;
    }
    static mqtt::Connect with_will(Qos qos = kQos0, bool retain = false) {
        mqtt::Connect packet;
        packet.will =
            mqtt::Will{.topic = "will", .payload = as_bytes("gone"), .qos = qos, .retain = retain};
        return packet;
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Will, kEveryVersion, version_name);

class Will5 : public Conversation {
  protected:
    void SetUp() override {
        witness_ = &join(Version::V5, "witness");
        witness_->subscribe("will", kQos2);
    }
    TestClient& witness() { return *witness_; }
    static mqtt::Connect delayed(std::uint32_t delay, std::uint32_t session_expiry) {
        mqtt::Connect packet{.clean_start = false, .session_expiry = session_expiry};
        packet.will = mqtt::Will{.topic = "will", .payload = as_bytes("gone"), .delay = delay};
        return packet;
    }

  private:
    TestClient* witness_ = nullptr;
};

TEST_P(Will, mqtt311_3_1_2_8_mqtt5_3_1_2_7_mqtt5_3_1_2_8_is_published_when_the_link_is_lost) {
    TestClient& b = witness();
    TestClient& a = join("a", with_will());
    b.expect_nothing();
    a.drop();
    b.expect_message("will", "gone");
    EXPECT_EQ(world.statistics().wills_published, 1U);
}

TEST_P(Will, mqtt311_3_1_2_8_mqtt5_3_1_2_8_is_published_after_a_protocol_error) {
    TestClient& b = witness();
    TestClient& a = join("a", with_will());
    a.send_wire("36 ( <t> 00 01 00 )");
    b.expect_message("will", "gone");
}

TEST_P(Will, mqtt311_3_1_2_8_mqtt5_3_1_2_8_is_published_after_silence) {
    TestClient& b = witness();
    mqtt::Connect connect = with_will();
    connect.keep_alive = 10;
    join("a", connect);
    world.advance(seconds{14});
    b.expect_nothing();
    world.advance(seconds{2});
    b.expect_message("will", "gone");
}

TEST_P(Will, mqtt311_3_1_2_8_mqtt5_3_1_2_8_is_published_when_taken_over) {
    TestClient& b = witness();
    join("a", with_will());
    join("a");
    b.expect_message("will", "gone");
}

TEST_P(Will, mqtt311_3_1_2_9_mqtt5_3_1_2_9_has_the_qos_and_flags_of_connect) {
    TestClient& b = witness();
    for (const Qos qos : {kQos0, kQos1, kQos2}) {
        TestClient& a = join("a", with_will(qos));
        a.drop();
        const ReceivedMessage message = b.expect_message("will", "gone");
        EXPECT_EQ(message.qos, qos);
        b.acknowledge(message);
    }
}

TEST_P(Will, mqtt311_3_1_2_10_mqtt5_3_1_2_10_is_published_once) {
    TestClient& b = witness();
    mqtt::Connect connect = with_will();
    connect.clean_start = false;
    connect.session_expiry = 3600;
    TestClient& a = join("a", connect);
    a.drop();
    b.expect_message("will", "gone");
    a.connect(lasting());
    a.drop();
    b.expect_nothing();
}

TEST_P(Will,
       mqtt311_3_1_2_10_mqtt311_3_14_4_3_mqtt5_3_1_2_10_mqtt5_3_14_4_3_disconnect_removes_it) {
    TestClient& b = witness();
    TestClient& a = join("a", with_will());
    a.disconnect();
    world.advance(std::chrono::hours{24});
    b.expect_nothing();
    EXPECT_EQ(world.statistics().wills_published, 0U);
}

TEST_P(Will, mqtt311_3_1_2_12_none_is_published_without_the_flag) {
    TestClient& b = witness();
    TestClient& a = join("a", with_will());
    a.disconnect();
    a.connect();
    a.drop();
    b.expect_nothing();
    EXPECT_EQ(world.statistics().messages_published, 0U);
}

TEST_P(Will, mqtt311_3_1_2_16_mqtt5_3_1_2_14_is_not_retained_without_its_flag) {
    TestClient& a = join("a", with_will(kQos1, false));
    a.drop();
    TestClient& b = join("b");
    b.subscribe("will");
    b.expect_nothing();
}

TEST_P(Will, mqtt311_3_1_2_17_mqtt5_3_1_2_15_is_retained_with_its_flag) {
    TestClient& a = join("a", with_will(kQos1, true));
    a.drop();
    TestClient& b = join("b");
    b.subscribe("will");
    EXPECT_TRUE(b.expect_message("will", "gone").retain);
}

TEST_P(Will, a_topic_that_is_none_is_refused) {
    mqtt::Connect connect;
    for (const std::string_view topic : {"a/+", "#", "", "$SYS/broker/version"}) {
        SCOPED_TRACE(topic);
        connect.will = mqtt::Will{.topic = topic};
        TestClient& a = client("a");
        if (is_v5()) {
            a.expect_refused(connect, ReasonCode::TopicNameInvalid);
            continue;
        }
        a.open();
        connect.version = GetParam();
        connect.client_id = "a";
        a.send(connect);
        a.expect_closed_silently();
    }
}

TEST_F(Will5, mqtt5_3_1_2_8_is_published_when_its_delay_is_over) {
    TestClient& a = join(Version::V5, "a", delayed(10, 3600));
    a.drop();
    world.advance(seconds{9});
    witness().expect_nothing();
    world.advance(seconds{2});
    witness().expect_message("will", "gone");
}

TEST_F(Will5, mqtt5_3_1_2_8_is_published_when_the_session_ends_before_its_delay) {
    TestClient& a = join(Version::V5, "a", delayed(1000, 10));
    a.drop();
    world.advance(seconds{9});
    witness().expect_nothing();
    world.advance(seconds{2});
    witness().expect_message("will", "gone");
    world.advance(seconds{2000});
    witness().expect_nothing();
}

TEST_F(Will5, mqtt5_3_1_2_8_is_published_when_a_clean_start_ends_the_session) {
    TestClient& a = join(Version::V5, "a", delayed(1000, 2000));
    a.drop();
    a.connect();
    witness().expect_message("will", "gone");
}

TEST_F(Will5, mqtt5_3_1_3_9_is_not_published_if_the_client_is_back_before_its_delay) {
    TestClient& a = join(Version::V5, "a", delayed(10, 3600));
    a.drop();
    world.advance(seconds{9});
    a.connect(lasting());
    world.advance(seconds{60});
    witness().expect_nothing();
    a.drop();
    world.advance(seconds{60});
    witness().expect_nothing();
}

TEST_F(Will5, mqtt5_3_1_3_9_is_not_published_if_the_session_is_taken_over_before_its_delay) {
    join(Version::V5, "a", delayed(10, 3600));
    join(Version::V5, "a", lasting());
    world.advance(seconds{60});
    witness().expect_nothing();
}

TEST_F(Will5, mqtt5_3_1_3_10_user_properties_keep_their_order) {
    const Properties properties =
        std::move(Properties{}.user("b", "1").user("a", "2").user("b", "3").user("", ""));
    mqtt::Connect connect;
    connect.will = mqtt::Will{.topic = "will", .properties = properties};
    join(Version::V5, "a", connect).drop();
    const ReceivedMessage message = witness().expect_message();
    EXPECT_THAT(user_properties_of(message.properties),
                testing::ElementsAre(testing::Pair("b", "1"), testing::Pair("a", "2"),
                                     testing::Pair("b", "3"), testing::Pair("", "")));
}

TEST_F(Will5, its_properties_travel_with_it) {
    const Properties properties = std::move(Properties{}
                                                .number(PropertyId::PayloadFormat, 1)
                                                .text(PropertyId::ContentType, "text/plain")
                                                .text(PropertyId::ResponseTopic, "answer")
                                                .text(PropertyId::CorrelationData, "42"));
    mqtt::Connect connect;
    connect.will = mqtt::Will{.topic = "will", .payload = as_bytes("x"), .properties = properties};
    join(Version::V5, "a", connect).drop();
    const ReceivedMessage message = witness().expect_message("will", "x");
    EXPECT_EQ(message.properties,
              std::vector<std::uint8_t>(Bytes{properties}.begin(), Bytes{properties}.end()));
}

TEST_F(Will5, mqtt5_3_3_2_14_its_response_topic_has_no_wildcards) {
    const Properties properties = std::move(Properties{}.text(PropertyId::ResponseTopic, "a/#"));
    mqtt::Connect connect;
    connect.will = mqtt::Will{.topic = "will", .properties = properties};
    client(Version::V5, "a").expect_refused(connect, ReasonCode::ProtocolError);
}

TEST_F(Will5, its_expiry_counts_from_when_it_is_published) {
    mqtt::Connect connect = delayed(100, 3600);
    connect.will->message_expiry = 20;
    TestClient& a = join(Version::V5, "a", connect);
    a.drop();
    world.advance(seconds{101});
    EXPECT_EQ(witness().expect_message("will", "gone").message_expiry, 20U);
}

TEST_F(Will5, disconnect_with_will_publishes_it) {
    TestClient& a = join(Version::V5, "a", delayed(0, 0));
    a.disconnect(ReasonCode::DisconnectWithWill);
    witness().expect_message("will", "gone");
}

}  // namespace
}  // namespace kleber::conformance
