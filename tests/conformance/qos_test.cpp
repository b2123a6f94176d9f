// Chapters 3.4 to 3.7, 4.3: the three qualities of service.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Delivery : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Delivery, kEveryVersion, version_name);

class Delivery5 : public Conversation {};

TEST_P(Delivery, mqtt311_4_3_1_1_mqtt5_4_3_1_1_qos_0_goes_out_once_without_dup) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    b.publish("t", "x");
    const ReceivedMessage message = a.expect_message("t", "x");
    EXPECT_EQ(message.qos, kQos0);
    EXPECT_FALSE(message.dup);
    a.drop();
    b.publish("t", "missed");
    a.connect(lasting());
    a.expect_nothing();
}

TEST_P(Delivery, mqtt311_4_3_2_1_mqtt5_4_3_2_2_mqtt5_4_3_2_3_qos_1_is_open_until_puback) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos1);
    join("b").publish("t", "x", {.qos = kQos1});
    const ReceivedMessage first = a.expect_message("t", "x");
    EXPECT_EQ(first.qos, kQos1);
    EXPECT_FALSE(first.dup);
    a.drop();
    a.connect(lasting());
    const ReceivedMessage second = a.expect_message("t", "x");
    EXPECT_EQ(second.packet_id, first.packet_id);
    EXPECT_TRUE(second.dup);
    a.acknowledge(second);
    a.drop();
    a.connect(lasting());
    a.expect_alive();
}

TEST_P(Delivery, mqtt311_4_3_2_2_mqtt5_4_3_2_4_mqtt5_4_3_2_5_qos_1_is_taken_each_time) {
    TestClient& a = join("a");
    a.subscribe("t");
    TestClient& b = join("b");
    for (const bool dup : {false, true, true}) {
        b.send_publish(7, "t", "x", {.qos = kQos1, .dup = dup});
        b.expect_ack(PacketType::Puback, 7);
        a.expect_message("t", "x");
    }
}

TEST_P(Delivery, mqtt311_4_3_3_1_mqtt5_4_3_3_2_mqtt5_4_3_3_3_qos_2_is_open_until_pubrec) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    join("b").publish("t", "x", {.qos = kQos2});
    const ReceivedMessage first = a.expect_message("t", "x");
    EXPECT_EQ(first.qos, kQos2);
    EXPECT_FALSE(first.dup);
    a.drop();
    a.connect(lasting());
    const ReceivedMessage second = a.expect_message("t", "x");
    EXPECT_EQ(second.packet_id, first.packet_id);
    EXPECT_TRUE(second.dup);
    a.acknowledge(second);
    a.expect_alive();
}

TEST_P(Delivery, mqtt311_4_3_3_1_mqtt5_4_3_3_4_mqtt5_4_3_3_5_mqtt5_4_3_3_6_then_until_pubcomp) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    join("b").publish("t", "x", {.qos = kQos2});
    const mqtt::PacketId id = a.expect_message("t", "x").packet_id;
    a.send_ack(PacketType::Pubrec, id);
    a.expect_ack(PacketType::Pubrel, id);
    a.drop();
    a.connect(lasting());
    // The message itself is not sent again.
    a.expect_ack(PacketType::Pubrel, id);
    a.expect_nothing();
    a.send_ack(PacketType::Pubcomp, id);
    a.drop();
    a.connect(lasting());
    a.expect_alive();
}

TEST_P(Delivery, mqtt311_4_3_3_2_mqtt5_4_3_3_8_mqtt5_4_3_3_10_qos_2_is_taken_once_until_pubrel) {
    TestClient& a = join("a");
    a.subscribe("t");
    TestClient& b = join("b", lasting());
    b.send_publish(7, "t", "x", {.qos = kQos2});
    b.expect_ack(PacketType::Pubrec, 7);
    a.expect_message("t", "x");
    b.send_publish(7, "t", "x", {.qos = kQos2, .dup = true});
    b.expect_ack(PacketType::Pubrec, 7);
    b.drop();
    b.connect(lasting());
    b.send_publish(7, "t", "x", {.qos = kQos2, .dup = true});
    b.expect_ack(PacketType::Pubrec, 7);
    a.expect_nothing();
}

TEST_P(Delivery, mqtt311_4_3_3_2_mqtt5_4_3_3_11_mqtt5_4_3_3_12_pubcomp_frees_the_id) {
    TestClient& a = join("a");
    a.subscribe("t");
    TestClient& b = join("b");
    for (const bool dup : {false, false, true}) {
        b.send_publish(7, "t", "x", {.qos = kQos2, .dup = dup});
        b.expect_ack(PacketType::Pubrec, 7);
        a.expect_message("t", "x");
        b.send_ack(PacketType::Pubrel, 7);
        b.expect_ack(PacketType::Pubcomp, 7);
    }
}

TEST_P(Delivery, mqtt311_4_3_3_2_mqtt5_4_3_3_11_an_unknown_pubrel_is_completed) {
    TestClient& a = join("a");
    a.send_ack(PacketType::Pubrel, 99);
    a.expect_ack(PacketType::Pubcomp, 99);
    EXPECT_EQ(world.statistics().unknown_acknowledgements, 1U);
}

TEST_P(Delivery, mqtt311_4_3_3_1_mqtt5_4_3_3_4_an_unknown_pubrec_is_released) {
    TestClient& a = join("a");
    a.send_ack(PacketType::Pubrec, 99);
    a.expect_ack(PacketType::Pubrel, 99);
    EXPECT_EQ(world.statistics().unknown_acknowledgements, 1U);
}

TEST_P(Delivery, unknown_pubacks_and_pubcomps_are_counted_and_ignored) {
    TestClient& a = join("a");
    a.send_ack(PacketType::Puback, 99);
    a.send_ack(PacketType::Pubcomp, 99);
    a.expect_alive();
    EXPECT_EQ(world.statistics().unknown_acknowledgements, 2U);
}

TEST_P(Delivery, mqtt5_4_3_2_3_mqtt5_4_3_3_3_an_acknowledgement_of_the_wrong_kind_settles_nothing) {
    TestClient& a = join("a", lasting());
    a.subscribe("1", kQos1);
    a.subscribe("2", kQos2);
    TestClient& b = join("b");
    b.publish("1", "x", {.qos = kQos1});
    b.publish("2", "y", {.qos = kQos2});
    const std::vector<ReceivedMessage> open = a.messages();
    ASSERT_EQ(open.size(), 2U);
    a.send_ack(PacketType::Pubcomp, open[0].packet_id);
    a.send_ack(PacketType::Puback, open[1].packet_id);
    a.send_ack(PacketType::Pubcomp, open[1].packet_id);
    a.drop();
    a.connect(lasting());
    EXPECT_THAT(payloads(a.messages()), testing::ElementsAre("x", "y"));
}

TEST_P(Delivery, acknowledgements_with_too_much_or_too_little_are_malformed) {
    for (const std::string_view wire : {"40 01 00", "40 00", "50 01 01", "62 01 00", "70 00"}) {
        SCOPED_TRACE(wire);
        TestClient& a = join("a");
        a.send_wire(wire);
        a.expect_closed(ReasonCode::MalformedPacket);
    }
    TestClient& a = join("a");
    a.send_wire(is_v5() ? "40 05 00 01 00 00 00" : "40 03 00 01 00");
    a.expect_closed(ReasonCode::MalformedPacket);
}

TEST_P(Delivery, mqtt311_3_6_1_1_mqtt5_3_6_1_1_other_flags_of_pubrel_close_the_connection) {
    for (const std::string_view first : {"60", "61", "63", "66"}) {
        TestClient& a = join("a");
        a.send_wire(std::string{first} + " 02 00 01");
        a.expect_closed(ReasonCode::MalformedPacket);
    }
}

TEST_F(Delivery5, mqtt5_3_4_2_1_mqtt5_3_5_2_1_mqtt5_3_6_2_1_mqtt5_3_7_2_1_unknown_reasons_close) {
    for (const std::string_view wire : {"40 03 00 01 01", "40 03 00 01 92", "50 03 00 01 92",
                                        "62 03 00 01 80", "62 03 00 01 10", "70 03 00 01 97"}) {
        SCOPED_TRACE(wire);
        TestClient& a = join(Version::V5, "a");
        a.send_wire(wire);
        a.expect_closed(ReasonCode::ProtocolError);
    }
}

TEST_F(Delivery5, mqtt5_3_4_2_1_mqtt5_3_5_2_1_mqtt5_3_6_2_1_mqtt5_3_7_2_1_ours_are_of_the_table) {
    // The client's decoder refuses any other.
    world.broker().set_limits({.retained_messages_max = 0});
    TestClient& a = join(Version::V5, "a");
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos1, .retain = true}), ReasonCode::QuotaExceeded);
    EXPECT_EQ(a.publish("$SYS/x", "x", {.qos = kQos2}), ReasonCode::NotAuthorized);
    EXPECT_EQ(a.publish("t", "x", {.qos = kQos2}), ReasonCode::NoMatchingSubscribers);
}

TEST_F(Delivery5, mqtt5_4_3_3_9_after_a_refusing_pubrec_the_id_is_free) {
    TestClient& a = join(Version::V5, "a");
    TestClient& b = join(Version::V5, "b");
    a.subscribe("t");
    b.send_publish(7, "$SYS/mine", "x", {.qos = kQos2});
    b.expect_ack(PacketType::Pubrec, 7, ReasonCode::NotAuthorized);
    b.send_publish(7, "t", "another", {.qos = kQos2});
    b.expect_ack(PacketType::Pubrec, 7);
    a.expect_message("t", "another");
}

TEST_F(Delivery5, mqtt5_4_3_3_4_mqtt5_4_4_0_2_a_refusing_pubrec_ends_the_delivery) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join(Version::V5, "b");
    b.publish("t", "x", {.qos = kQos2});
    a.send_ack(PacketType::Pubrec, a.expect_message().packet_id, ReasonCode::NotAuthorized);
    a.expect_nothing();  // no PUBREL
    a.drop();
    a.connect(lasting());
    a.expect_alive();
}

TEST_F(Delivery5, mqtt5_4_4_0_2_a_refusing_puback_ends_the_delivery) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.subscribe("t", kQos1);
    join(Version::V5, "b").publish("t", "x", {.qos = kQos1});
    a.send_ack(PacketType::Puback, a.expect_message().packet_id, ReasonCode::UnspecifiedError);
    a.drop();
    a.connect(lasting());
    a.expect_alive();
}

TEST_F(Delivery5, mqtt5_4_3_3_7_what_was_sent_does_not_expire) {
    TestClient& a = join(Version::V5, "a", lasting());
    a.subscribe("t", kQos2);
    join(Version::V5, "b").publish("t", "x", {.qos = kQos2, .message_expiry = 5});
    const mqtt::PacketId id = a.expect_message("t", "x").packet_id;
    world.advance(seconds{10});
    a.drop();
    a.connect(lasting());
    const ReceivedMessage again = a.expect_message("t", "x");
    EXPECT_EQ(again.packet_id, id);
    world.advance(seconds{10});
    a.acknowledge(again);
    a.expect_alive();
}

TEST_F(Delivery5, mqtt5_4_3_3_13_the_exchange_goes_on_though_the_message_expired) {
    TestClient& a = join(Version::V5, "a");
    a.send_publish(7, "t", "x", {.qos = kQos2, .message_expiry = 1});
    a.expect_ack(PacketType::Pubrec, 7, ReasonCode::NoMatchingSubscribers);
    world.advance(seconds{10});
    a.send_publish(7, "t", "x", {.qos = kQos2, .dup = true, .message_expiry = 1});
    a.expect_ack(PacketType::Pubrec, 7);
    a.send_ack(PacketType::Pubrel, 7);
    a.expect_ack(PacketType::Pubcomp, 7);
    // On its way out, too.
    TestClient& b = join(Version::V5, "b");
    b.subscribe("t", kQos2);
    a.publish("t", "y", {.qos = kQos2, .message_expiry = 1});
    const ReceivedMessage message = b.expect_message("t", "y");
    world.advance(seconds{10});
    b.acknowledge(message);
    for (const port::ClientRow& row : world.clients()) EXPECT_EQ(row.in_flight, 0U);
}

}  // namespace
}  // namespace kleber::conformance
