// Chapters 1 and 2: text, lengths, flags, packet identifiers.

#include <array>

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Data : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Data, kEveryVersion, version_name);

class Data5 : public Conversation {};

TEST_P(Data, mqtt311_1_5_3_1_mqtt5_1_5_4_1_ill_formed_utf8_closes_the_connection) {
    const std::string_view ill_formed[] = {
        "00 03 ED A0 80",     // a surrogate
        "00 03 ED BF BF",     // another
        "00 02 C1 81",        // longer than needed
        "00 04 F4 90 80 80",  // above U+10FFFF
        "00 02 'a' C3",       // cut off
        "00 01 80",           // no beginning
    };
    for (const std::string_view text : ill_formed) {
        SCOPED_TRACE(text);
        TestClient& a = join("a");
        a.send_wire("30 (" + std::string{text} + none() + "'x' )");
        a.expect_closed(ReasonCode::MalformedPacket);
    }
}

TEST_P(Data, mqtt311_1_5_3_2_mqtt5_1_5_4_2_the_null_character_closes_the_connection) {
    TestClient& a = join("a");
    a.send_wire("30 ( 00 03 'a' 00 'b'" + none() + "'x' )");
    a.expect_closed(ReasonCode::MalformedPacket);

    TestClient& b = client("b");
    b.open();
    b.send_wire("10 (" + connect_with("02") + "00 02 'b' 00 )");
    if (is_v5()) {
        EXPECT_EQ(b.expect<mqtt::Connack>().reason, ReasonCode::MalformedPacket);
    }
    b.expect_closed_silently();
}

TEST_P(Data, mqtt311_1_5_3_3_mqtt5_1_5_4_3_a_byte_order_mark_is_a_character) {
    TestClient& with = join("with");
    TestClient& without = join("without");
    with.subscribe("\uFEFFa/\uFEFF");
    without.subscribe("a/");
    without.publish("\uFEFFa/\uFEFF", "x");
    with.expect_message("\uFEFFa/\uFEFF", "x");
    without.expect_nothing();
}

TEST_P(Data, mqtt5_1_5_5_1_a_length_of_more_bytes_than_needed_closes_the_connection) {
    TestClient& a = join("a");
    a.send_wire("C0 80 00");
    a.expect_closed(ReasonCode::MalformedPacket);
}

TEST_F(Data5, mqtt5_1_5_7_1_both_strings_of_a_pair_are_text) {
    for (const std::string_view pair : {"26 00 01 80 <value>", "26 <name> 00 01 80"}) {
        TestClient& a = join(Version::V5, "a");
        a.send_wire("30 ( <t> (" + std::string{pair} + ") 'x' )");
        a.expect_closed(ReasonCode::MalformedPacket);
    }
}

TEST_P(Data, mqtt311_2_2_2_1_mqtt311_2_2_2_2_mqtt5_2_1_3_1_reserved_flags_close_the_connection) {
    const std::string packets[] = {
        "41 ( 00 01 )",                      // PUBACK
        "52 ( 00 01 )",                      // PUBREC
        "60 ( 00 01 )",                      // PUBREL
        "74 ( 00 01 )",                      // PUBCOMP
        "80 ( 00 01" + none() + "<a> 00 )",  // SUBSCRIBE
        "8B ( 00 01" + none() + "<a> 00 )",  // SUBSCRIBE
        "A0 ( 00 01" + none() + "<a> )",     // UNSUBSCRIBE
        "C1 00",                             // PINGREQ
        "E8 00",                             // DISCONNECT
    };
    for (const std::string& packet : packets) {
        SCOPED_TRACE(packet);
        TestClient& a = join("a");
        a.send_wire(packet);
        a.expect_closed(ReasonCode::MalformedPacket);
    }
}

TEST_P(Data, mqtt311_2_2_2_2_mqtt5_2_1_3_1_reserved_flags_of_connect) {
    TestClient& a = client("a");
    a.open();
    a.send_wire("11 (" + connect_with("02") + "<a> )");
    if (is_v5()) {
        EXPECT_EQ(a.expect<mqtt::Connack>().reason, ReasonCode::MalformedPacket);
    }
    a.expect_closed_silently();
}

TEST_P(Data, reserved_packet_types_close_the_connection) {
    TestClient& a = join("a");
    a.send_wire("00 00");
    a.expect_closed(ReasonCode::MalformedPacket);
    TestClient& b = join("b");
    b.send_wire("F0 00");  // in MQTT 5 it is AUTH
    b.expect_closed(is_v5() ? ReasonCode::ProtocolError : ReasonCode::MalformedPacket);
}

TEST_P(Data, mqtt311_2_3_1_1_mqtt5_2_2_1_3_packet_id_0_closes_the_connection) {
    const std::string packets[] = {
        "32 ( <a> 00 00" + none() + "'x' )",
        "34 ( <a> 00 00" + none() + "'x' )",
        "82 ( 00 00" + none() + "<a> 00 )",
        "A2 ( 00 00" + none() + "<a> )",
    };
    for (const std::string& packet : packets) {
        SCOPED_TRACE(packet);
        TestClient& a = join("a");
        a.send_wire(packet);
        a.expect_closed(ReasonCode::ProtocolError);
    }
}

TEST_P(Data, mqtt311_2_3_1_6_mqtt5_2_2_1_5_acknowledging_packet_id_0_closes_the_connection) {
    for (const std::string_view packet :
         {"40 ( 00 00 )", "50 ( 00 00 )", "62 ( 00 00 )", "70 ( 00 00 )"}) {
        SCOPED_TRACE(packet);
        TestClient& a = join("a");
        a.send_wire(packet);
        a.expect_closed(ReasonCode::ProtocolError);
    }
}

TEST_P(Data, mqtt311_2_3_1_5_mqtt5_2_2_1_2_no_packet_id_at_qos_0) {
    TestClient& a = join("a");
    a.subscribe("t", kQos2);
    a.send_wire("30 ( <t>" + none() + "'x' )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("30 ( <t>" + none() + "'x' )"));
}

TEST_P(Data, mqtt311_2_3_1_4_mqtt5_2_2_1_4_mqtt311_4_3_2_1_mqtt5_4_3_2_1_mqtt5_4_3_3_1_ids_unused) {
    TestClient& a = join("a");
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    for (int number = 0; number < 10; ++number) {
        b.publish("t", "x", {.qos = number % 2 == 0 ? kQos1 : kQos2});
    }
    std::vector<mqtt::PacketId> open;
    for (const ReceivedMessage& message : a.messages()) {
        EXPECT_NE(message.packet_id, 0);
        EXPECT_THAT(open, testing::Not(testing::Contains(message.packet_id)));
        open.push_back(message.packet_id);
    }
    EXPECT_EQ(open.size(), 10U);
}

TEST_F(Data5, mqtt5_2_2_1_4_an_id_in_use_is_left_out_after_a_whole_round) {
    TestClient& a = join(Version::V311, "a");
    a.subscribe("t", kQos1);
    world.publish(port::Message::make({.topic = "t", .qos = kQos1}, port::Sharing::OneThread));
    const mqtt::PacketId held = a.expect_message().packet_id;
    mqtt::PacketId last = held;
    for (int number = 0; number < 65'534; ++number) {
        world.publish(port::Message::make({.topic = "t", .qos = kQos1}, port::Sharing::OneThread));
        const std::vector<std::uint8_t> publish = a.link().receive_bytes();
        ASSERT_EQ(publish.size(), 7U);
        last = static_cast<mqtt::PacketId>(publish[5] << 8 | publish[6]);
        ASSERT_NE(last, held);
        a.send_ack(PacketType::Puback, last);
    }
    // All but the one held have been used: the next goes on behind it.
    world.publish(port::Message::make({.topic = "t", .qos = kQos1}, port::Sharing::OneThread));
    EXPECT_NE(a.expect_message().packet_id, held);
}

TEST_P(Data, mqtt311_2_3_1_6_mqtt5_2_2_1_5_acknowledgements_have_the_id_of_the_publish) {
    TestClient& a = join("a");
    for (const mqtt::PacketId id : std::array<mqtt::PacketId, 3>{1, 300, 65'535}) {
        a.send_publish(id, "t", "x", {.qos = kQos1});
        EXPECT_EQ(a.expect<mqtt::Ack>().packet_id, id);
        a.send_publish(id, "t", "x", {.qos = kQos2});
        const auto pubrec = a.expect<mqtt::Ack>();
        EXPECT_EQ(pubrec.type, PacketType::Pubrec);
        EXPECT_EQ(pubrec.packet_id, id);
        a.send_ack(PacketType::Pubrel, id);
        a.expect_ack(PacketType::Pubcomp, id);
    }
}

TEST_P(Data, mqtt311_2_3_1_7_mqtt5_2_2_1_6_answers_have_the_id_of_the_request) {
    TestClient& a = join("a");
    a.send_wire("82 ( 12 34" + none() + "<a> 00 )");
    EXPECT_EQ(a.expect<mqtt::Suback>().packet_id, 0x1234);
    a.send_wire("A2 ( FF FF" + none() + "<a> )");
    EXPECT_EQ(a.expect<mqtt::Unsuback>().packet_id, 0xFFFF);
}

TEST_F(Data5, mqtt5_2_2_2_1_no_properties_is_a_length_of_zero) {
    TestClient& a = join(Version::V5, "a");
    a.send_wire("82 ( 00 01 00 <t> 02 )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("90 ( 00 01 00 02 )"));
    a.send_wire("30 ( <t> 00 'x' )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("30 ( <t> 00 'x' )"));
    a.send_wire("A2 ( 00 02 00 <t> )");
    EXPECT_EQ(a.link().receive_bytes(), mqtt::wire("B0 ( 00 02 00 00 )"));
}

}  // namespace
}  // namespace kleber::conformance
