// Where no single packet is meant: whole conversations, and what the server never says.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Choices : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Choices, kEveryVersion, version_name);

class Choices5 : public Conversation {};

TEST_P(Choices, mqtt311_7_0_0_2_a_client_needs_no_more_than_the_specification) {
    // Byte by byte, the shortest conversation that does something.
    TestClient& a = client("a");
    a.open();
    a.send_wire("10 (" + connect_with("02") + "<a> )");
    EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::Success);
    a.send_wire("82 ( 00 01" + none() + "<t> 00 )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("90 ( 00 01" + none() + "00 )"));
    a.send_wire("30 ( <t>" + none() + "'x' )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("30 ( <t>" + none() + "'x' )"));
    a.send_wire("E0 00");
    a.expect_closed_silently();
}

TEST_P(Choices, packets_may_come_in_any_portions) {
    TestClient& a = join("a");
    a.subscribe("t");
    const std::vector<std::uint8_t> bytes =
        mqtt::wire("30 ( <t>" + none() + "'one' ) 30 ( <t>" + none() + "'two' ) C0 00");
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            a.send_bytes(Bytes{bytes}.subspan(at, std::min(size, bytes.size() - at)));
        }
        // PINGRESP may overtake what goes by way of the broker.
        std::vector<std::string> texts;
        int pong_count = 0;
        while (const auto packet = a.receive()) {
            if (packet->get<support::Pingresp>()) ++pong_count;
            if (const auto* message = packet->get<mqtt::Publish>()) {
                texts.emplace_back(as_text(message->payload));
            }
        }
        EXPECT_EQ(pong_count, 1);
        EXPECT_THAT(texts, testing::ElementsAre("one", "two"));
    }
}

TEST_F(Choices5, mqtt5_3_1_2_29_no_explanations_for_a_client_that_wants_none) {
    MqttPolicy policy;
    policy.topic_levels_max = 3;
    for (const bool wanted : {true, false}) {
        TestClient& a = client(Version::V5, "a", &policy);
        a.connect({.wants_problem_information = wanted});
        const auto refused = a.send_publish("$SYS/x", "x", {.qos = kQos1});
        const auto puback = a.expect_ack(PacketType::Puback, refused, ReasonCode::NotAuthorized);
        EXPECT_TRUE(wanted || (puback.reason_string.empty() && puback.properties.empty()));
        const auto second = a.send_publish("a/b/c/d", "x", {.qos = kQos2});
        const auto pubrec = a.expect_ack(PacketType::Pubrec, second, ReasonCode::TopicNameInvalid);
        EXPECT_TRUE(wanted || (pubrec.reason_string.empty() && pubrec.properties.empty()));
        a.send_ack(PacketType::Pubrel, 77);
        const auto pubcomp = a.expect<mqtt::Ack>();
        EXPECT_TRUE(wanted || (pubcomp.reason_string.empty() && pubcomp.properties.empty()));
        a.send_ack(PacketType::Pubrec, 77);
        const auto pubrel = a.expect<mqtt::Ack>();
        EXPECT_TRUE(wanted || (pubrel.reason_string.empty() && pubrel.properties.empty()));
        a.send_subscribe({{.filter = "a/b/c/d"}});
        const auto suback = a.expect<mqtt::Suback>();
        EXPECT_TRUE(wanted || (suback.reason_string.empty() && suback.properties.empty()));
        a.send_unsubscribe({"a"});
        const auto unsuback = a.expect<mqtt::Unsuback>();
        EXPECT_TRUE(wanted || (unsuback.reason_string.empty() && unsuback.properties.empty()));
    }
}

TEST_F(Choices5, mqtt5_3_3_4_5_each_copy_has_the_id_of_its_subscription) {
    TestClient& a = join(Version::V5, "a");
    a.subscribe({.filter = "t"}, 1);
    a.subscribe({.filter = "$share/group/t"}, 2);
    a.subscribe({.filter = "$share/other/t"});
    join(Version::V5, "b").publish("t", "x");
    std::vector<std::vector<std::uint32_t>> ids;
    for (const ReceivedMessage& message : a.messages()) ids.push_back(message.subscription_ids);
    EXPECT_THAT(ids, testing::UnorderedElementsAre(testing::ElementsAre(1U),
                                                   testing::ElementsAre(2U), testing::IsEmpty()));
}

TEST_F(Choices5, mqtt5_4_13_1_1_malformed_packets_and_protocol_errors_have_their_reasons) {
    const std::pair<std::string_view, ReasonCode> cases[] = {
        {"82 ( 00 01 00 <t> 80 )", ReasonCode::MalformedPacket},
        {"82 ( 00 01 00 )", ReasonCode::ProtocolError},
        {"30 ( <t/#> 00 )", ReasonCode::TopicNameInvalid},
        {"82 ( 00 01 00 <t#> 00 )", ReasonCode::TopicFilterInvalid},
        {"30 ( <t> ( 23 00 63 ) )", ReasonCode::TopicAliasInvalid},
        {"30 ( <t> ( 01 01 ) FF )", ReasonCode::PayloadFormatInvalid},
        {"30 FF FF FF 7F", ReasonCode::PacketTooLarge},
    };
    for (const auto& [wire, reason] : cases) {
        SCOPED_TRACE(wire);
        TestClient& a = join(Version::V5, "a");
        a.send_wire(wire);
        a.expect_closed(reason);
    }
}

TEST_P(Choices, mqtt5_4_13_2_1_the_will_is_published_when_the_server_ends_it) {
    TestClient& witness = join("witness");
    witness.subscribe("will");
    mqtt::Connect connect;
    connect.will = mqtt::Will{.topic = "will", .payload = as_bytes("gone")};
    TestClient& a = join("a", connect);
    a.link().stop(ReasonCode::ServerShuttingDown);
    world.settle();
    a.expect_closed(ReasonCode::ServerShuttingDown);
    witness.expect_message("will", "gone");
}

}  // namespace
}  // namespace kleber::conformance
