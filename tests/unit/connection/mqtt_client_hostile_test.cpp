#include <gmock/gmock.h>

#include <array>
#include <functional>

#include "tests/unit/connection/mqtt_client_rig.hpp"

// Servers that break the protocol: each ends the connection with a reason, none breaks the client.
namespace kleber::connection {
namespace {

using codec::mqtt::PacketType;
using codec::mqtt::ProtocolVersion;
using codec::mqtt::Publish;
using testing::ElementsAre;
using testing::IsEmpty;
using Raw = std::vector<std::uint8_t>;

constexpr std::array<std::uint8_t, 2> kTwoCodes{0, 0};

// What is under way: SUBSCRIBE 1, UNSUBSCRIBE 2, PUBLISH 3 (QoS 1) and 4 (QoS 2).
void make_busy(MqttClientRig& rig) {
    MqttClient::Turn turn = rig.turn();
    const codec::mqtt::Subscription one{.filter = "a"};
    const std::string_view filter = "a";
    ASSERT_TRUE(rig.client().subscribe({&one, 1}, std::nullopt, Ticket{1}, turn));
    ASSERT_TRUE(rig.client().unsubscribe({&filter, 1}, Ticket{2}, turn));
    ASSERT_TRUE(rig.publish("t", "x", Qos::AtLeastOnce, 3));
    ASSERT_TRUE(rig.publish("t", "x", Qos::ExactlyOnce, 4));
    rig.written();
    rig.told();
}

struct Row {
    const char* name;
    Raw bytes;
    ReasonCode reason;
};

Raw wire(ProtocolVersion version, const auto& packet) {
    const ByteBuffer bytes = MqttClientRig::wire(version, packet);
    return {bytes.data(), bytes.data() + bytes.size()};
}

Raw two(const Raw& first, const Raw& second) {
    Raw both = first;
    both.insert(both.end(), second.begin(), second.end());
    return both;
}

std::vector<Row> rows(ProtocolVersion version) {
    using codec::mqtt::Ack;
    using codec::mqtt::Suback;
    using codec::mqtt::Unsuback;
    const auto ack = [&](PacketType type, std::uint16_t id) {
        return wire(version, Ack{.type = type, .packet_id = id});
    };
    const Raw publish2 =
        wire(version, Publish{.topic = "t", .packet_id = 9, .qos = Qos::ExactlyOnce});
    const Raw publish1 =
        wire(version, Publish{.topic = "t", .packet_id = 9, .qos = Qos::AtLeastOnce});
    const ReasonCode malformed = ReasonCode::MalformedPacket;
    const ReasonCode protocol = ReasonCode::ProtocolError;
    return {
        {"reserved type 0", {0x00, 0x00}, protocol},
        {"CONNECT", {0x10, 0x0D, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'x'}, protocol},
        {"second CONNACK", wire(version, codec::mqtt::Connack{}), protocol},
        {"SUBSCRIBE", {0x82, 0x06, 0, 9, 0, 1, 'a', 0}, protocol},
        {"UNSUBSCRIBE", {0xA2, 0x05, 0, 9, 0, 1, 'a'}, protocol},
        {"PINGREQ", {0xC0, 0x00}, protocol},
        {"PINGRESP unasked", {0xD0, 0x00}, protocol},
        {"PINGRESP with a body", {0xD0, 0x01, 0x00}, malformed},
        {"AUTH", {0xF0, 0x00}, protocol},
        {"PUBACK of QoS 2", ack(PacketType::Puback, 4), protocol},
        {"PUBREC of QoS 1", ack(PacketType::Pubrec, 3), protocol},
        {"PUBCOMP of QoS 1", ack(PacketType::Pubcomp, 3), protocol},
        {"PUBCOMP before PUBREC", ack(PacketType::Pubcomp, 4), protocol},
        {"PUBACK of SUBSCRIBE", ack(PacketType::Puback, 1), protocol},
        {"PUBREC of UNSUBSCRIBE", ack(PacketType::Pubrec, 2), protocol},
        {"PUBACK of id 0", {0x40, 0x02, 0, 0}, protocol},
        {"PUBACK cut short", {0x40, 0x01, 0}, malformed},
        {"PUBACK with flags", {0x41, 0x02, 0, 3}, malformed},
        {"PUBREL without its flag", {0x60, 0x02, 0, 3}, malformed},
        {"SUBACK unasked", wire(version, Suback{.packet_id = 9, .reason_codes = kTwoCodes}),
         protocol},
        {"SUBACK of UNSUBSCRIBE",
         wire(version, Suback{.packet_id = 2, .reason_codes = Bytes{kTwoCodes}.first(1)}),
         protocol},
        {"SUBACK with too many codes",
         wire(version, Suback{.packet_id = 1, .reason_codes = kTwoCodes}), protocol},
        {"SUBACK without codes",
         version == ProtocolVersion::V5 ? Raw{0x90, 0x03, 0, 1, 0} : Raw{0x90, 0x02, 0, 1},
         protocol},
        {"SUBACK with QoS 3",
         version == ProtocolVersion::V5 ? Raw{0x90, 0x04, 0, 1, 0, 3} : Raw{0x90, 0x03, 0, 1, 3},
         protocol},
        {"UNSUBACK unasked", wire(version, Unsuback{.packet_id = 9, .reason_codes = kTwoCodes}),
         protocol},
        {"UNSUBACK of SUBSCRIBE",
         wire(version, Unsuback{.packet_id = 1, .reason_codes = Bytes{kTwoCodes}.first(1)}),
         protocol},
        {"PUBLISH of QoS 3", {0x36, 0x06, 0, 1, 't', 0, 9, 0}, malformed},
        {"PUBLISH of id 0", {0x32, 0x06, 0, 1, 't', 0, 0, 0}, protocol},
        {"PUBLISH without topic", wire(version, Publish{.topic = ""}), protocol},
        {"PUBLISH to a wildcard", wire(version, Publish{.topic = "a/#"}),
         ReasonCode::TopicNameInvalid},
        {"PUBLISH with bad UTF-8", wire(version, Publish{.topic = "\xED\xA0\x80"}), malformed},
        {"PUBLISH with NUL", wire(version, Publish{.topic = std::string_view{"a\0b", 3}}),
         malformed},
        {"PUBLISH with a topic beyond the end", {0x30, 0x04, 0xFF, 0xFF, 't', 0}, malformed},
        {"QoS 1 under an id of QoS 2", two(publish2, publish1), protocol},
        {"a length of five bytes", {0x30, 0x80, 0x80, 0x80, 0x80, 0x01}, malformed},
        {"an overlong length", {0x30, 0x80, 0x00}, malformed},
        {"a giant packet", {0x30, 0xFF, 0xFF, 0xFF, 0x7F}, ReasonCode::PacketTooLarge},
    };
}

std::vector<Row> rows_of_five() {
    const ReasonCode malformed = ReasonCode::MalformedPacket;
    const ReasonCode protocol = ReasonCode::ProtocolError;
    return {
        {"UNSUBACK with too many codes",
         wire(ProtocolVersion::V5,
              codec::mqtt::Unsuback{.packet_id = 2, .reason_codes = kTwoCodes}),
         protocol},
        {"alias 0", {0x30, 0x07, 0, 1, 't', 3, 0x23, 0, 0}, ReasonCode::TopicAliasInvalid},
        {"alias above the maximum",
         wire(ProtocolVersion::V5, Publish{.topic = "t", .topic_alias = 11}),
         ReasonCode::TopicAliasInvalid},
        {"alias never set", wire(ProtocolVersion::V5, Publish{.topic = "", .topic_alias = 3}),
         protocol},
        {"property of another packet", {0x30, 0x07, 0, 1, 't', 3, 0x21, 0, 1}, malformed},
        {"unknown reason code", {0x40, 0x03, 0, 3, 0x42}, protocol},
        {"property length beyond the end", {0x40, 0x04, 0, 3, 0, 9}, malformed},
        {"DISCONNECT with a client's code", {0xE0, 0x01, 0x04}, protocol},
    };
}

void expect_end(ProtocolVersion version, const Row& row) {
    SCOPED_TRACE(row.name);
    MqttClientRig rig{
        {.version = version, .client_id = "me", .acknowledging = Acknowledging::Manual}};
    rig.connect();
    make_busy(rig);
    rig.send_bytes(row.bytes);
    ASSERT_TRUE(rig.client().has_ended());
    const auto& ended = std::get<Ended>(rig.events().back());
    EXPECT_EQ(ended.reason, row.reason) << name_of(ended.reason);
    EXPECT_EQ(ended.by, EndedBy::Client);
    EXPECT_FALSE(ended.detail.empty());
    if (version == ProtocolVersion::V5) {
        EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT " + std::string{name_of(row.reason)}));
    } else {
        EXPECT_THAT(rig.written(), IsEmpty());
    }
    // Nothing more is heard, and the client can be used again.
    rig.told();
    rig.send_bytes(row.bytes);
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.connect({.session_present = false});
    EXPECT_TRUE(rig.client().is_connected());
}

class MqttClientHostile : public testing::TestWithParam<ProtocolVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, MqttClientHostile,
                         testing::Values(ProtocolVersion::V31, ProtocolVersion::V311,
                                         ProtocolVersion::V5));

TEST_P(MqttClientHostile, EndsWithAReason) {
    for (const Row& row : rows(GetParam())) expect_end(GetParam(), row);
}

TEST(MqttClientHostileOfFive, EndsWithAReason) {
    for (const Row& row : rows_of_five()) expect_end(ProtocolVersion::V5, row);
}

TEST_P(MqttClientHostile, WantsConnackFirst) {
    for (const Row& row : rows(GetParam())) {
        if (std::string_view{row.name} == "second CONNACK") continue;
        MqttClientRig rig{{.version = GetParam(), .client_id = "me"}};
        MqttClient::Turn turn = rig.turn();
        rig.client().connect(turn);
        rig.send_bytes(row.bytes);
        EXPECT_TRUE(rig.client().has_ended()) << row.name;
    }
}

TEST_P(MqttClientHostile, SurvivesEveryCut) {
    for (const Row& row : rows(GetParam())) {
        for (std::size_t size = 0; size < row.bytes.size(); ++size) {
            MqttClientRig rig{{.version = GetParam(), .client_id = "me"}};
            rig.connect();
            make_busy(rig);
            rig.send_bytes(Bytes{row.bytes}.first(size));
            rig.cut();
            EXPECT_TRUE(rig.client().has_ended()) << row.name;
        }
    }
}

TEST_P(MqttClientHostile, RefusesPubrelBeforePubrec) {
    MqttClientRig rig{
        {.version = GetParam(), .client_id = "me", .acknowledging = Acknowledging::Manual}};
    rig.connect();
    rig.send_message("t", "x", Qos::ExactlyOnce, 6);
    rig.send_ack(PacketType::Pubrel, 6);
    EXPECT_TRUE(rig.client().has_ended());
}

TEST_P(MqttClientHostile, HasDisconnectOnlyInFive) {
    MqttClientRig rig{{.version = GetParam(), .client_id = "me"}};
    rig.connect();
    rig.told();
    rig.send_bytes(Raw{0xE0, 0x00});
    EXPECT_THAT(rig.told(),
                ElementsAre(GetParam() == ProtocolVersion::V5 ? "ended by server: success"
                                                              : "ended by client: protocol error"));
}

TEST(MqttClientHostileConnack, EndsWithAReason) {
    using codec::mqtt::Connack;
    const auto end_after = [](ProtocolVersion version, const Raw& bytes) {
        MqttClientRig rig{{.version = version, .client_id = "me"}};
        MqttClient::Turn turn = rig.turn();
        rig.client().connect(turn);
        rig.send_bytes(bytes);
        EXPECT_TRUE(rig.client().has_ended());
        return std::get<Ended>(rig.events().back()).reason;
    };
    const auto v311 = ProtocolVersion::V311;
    const auto v5 = ProtocolVersion::V5;
    EXPECT_EQ(end_after(v311, {0x20, 0x02, 0x01, 0x00}), ReasonCode::ProtocolError);
    EXPECT_EQ(end_after(v311, {0x20, 0x02, 0x00, 0x06}), ReasonCode::ProtocolError);
    EXPECT_TRUE(is_error(end_after(v311, {0x20, 0x02, 0x02, 0x00})));
    EXPECT_TRUE(is_error(end_after(v311, {0x20, 0x01, 0x00})));
    EXPECT_TRUE(is_error(end_after(v311, {0x20, 0x00})));
    EXPECT_TRUE(is_error(end_after(v5, {0x20, 0x02, 0x00, 0x00})));
    EXPECT_EQ(end_after(v5, wire(v5, Connack{.session_present = true})), ReasonCode::ProtocolError);
    EXPECT_EQ(end_after(v5, wire(v5, Connack{.maximum_packet_size = 4})),
              ReasonCode::ImplementationSpecificError);
    EXPECT_EQ(end_after(v5, wire(v5, Connack{.authentication_method = "x"})),
              ReasonCode::ProtocolError);
    // Receive maximum 0, maximum packet size 0, maximum QoS 2, all of them twice.
    EXPECT_TRUE(is_error(end_after(v5, {0x20, 0x06, 0, 0, 3, 0x21, 0, 0})));
    EXPECT_TRUE(is_error(end_after(v5, {0x20, 0x08, 0, 0, 5, 0x27, 0, 0, 0, 0})));
    EXPECT_TRUE(is_error(end_after(v5, {0x20, 0x05, 0, 0, 2, 0x24, 2})));
    EXPECT_TRUE(is_error(end_after(v5, {0x20, 0x07, 0, 0, 4, 0x24, 1, 0x24, 1})));
}

TEST(MqttClientHostileConnack, TellsEveryRefusal) {
    for (int code = 1; code <= 5; ++code) {
        MqttClientRig rig{{.version = ProtocolVersion::V311, .client_id = "me"}};
        MqttClient::Turn turn = rig.turn();
        rig.client().connect(turn);
        rig.send_bytes(Raw{0x20, 0x02, 0x00, static_cast<std::uint8_t>(code)});
        EXPECT_EQ(std::get<Ended>(rig.events().back()).by, EndedBy::Server);
    }
    for (int code = 0x80; code <= 0x9F; ++code) {
        MqttClientRig rig{{}};
        MqttClient::Turn turn = rig.turn();
        rig.client().connect(turn);
        rig.send_bytes(Raw{0x20, 0x03, 0x00, static_cast<std::uint8_t>(code), 0x00});
        EXPECT_TRUE(is_error(std::get<Ended>(rig.events().back()).reason)) << code;
    }
}

}  // namespace
}  // namespace kleber::connection
