#include "gateway/codec/mqtt/encode.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/codec/any_packet.hpp"
#include "tests/unit/codec/notation.hpp"
#include "tests/unit/codec/rows.hpp"

namespace kleber::codec::mqtt {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;

Octets encoded(ProtocolVersion version, const AnyPacket& packet,
               std::size_t packet_bytes_max = kPacketMax) {
    ByteBuffer out;
    EXPECT_TRUE(encode_any(out, version, packet, packet_bytes_max));
    return {out.bytes().begin(), out.bytes().end()};
}

// Why it was refused; nothing may have been written.
ReasonCode refusal(ProtocolVersion version, const AnyPacket& packet,
                   std::size_t packet_bytes_max = kPacketMax) {
    ByteBuffer out;
    const auto status = encode_any(out, version, packet, packet_bytes_max);
    EXPECT_TRUE(out.empty());
    return status ? ReasonCode::Success : status.error();
}

TEST(Encode, appends) {
    ByteBuffer out;
    encode_pingreq(out);
    encode_pingresp(out);
    encode_ack(out, kV311, PacketType::Puback, 1);
    EXPECT_TRUE(encode(out, kV311, Disconnect{}));
    EXPECT_EQ((Octets{out.bytes().begin(), out.bytes().end()}), wire("C000 D000 40020001 E000"));
}

TEST(Encode, acknowledgements_are_short_where_they_can_be) {
    const auto ack = [](ProtocolVersion version, PacketType type, ReasonCode reason) {
        ByteBuffer out;
        encode_ack(out, version, type, 0x0102, reason);
        Octets bytes{out.bytes().begin(), out.bytes().end()};
        EXPECT_EQ(bytes,
                  encoded(version, Ack{.type = type, .packet_id = 0x0102, .reason = reason}));
        return bytes;
    };
    EXPECT_EQ(ack(kV5, PacketType::Puback, ReasonCode::Success), wire("40 02 0102"));
    EXPECT_EQ(ack(kV5, PacketType::Pubrec, ReasonCode::NotAuthorized), wire("50 03 0102 87"));
    EXPECT_EQ(ack(kV5, PacketType::Pubrel, ReasonCode::Success), wire("62 02 0102"));
    EXPECT_EQ(ack(kV5, PacketType::Pubcomp, ReasonCode::PacketIdentifierNotFound),
              wire("70 03 0102 92"));
    EXPECT_EQ(ack(kV311, PacketType::Puback, ReasonCode::NotAuthorized), wire("40 02 0102"));
}

TEST(Encode, older_versions_leave_out_what_they_cannot_say) {
    const Octets user = wire("26 <k> <v>");
    const Octets codes = wire("00 02 87 A1");
    EXPECT_EQ(encoded(kV311,
                      Connack{.session_present = true, .server_keep_alive = 5, .properties = user}),
              wire("20 ( 01 00 )"));
    EXPECT_EQ(encoded(kV31, Connack{.session_present = true}), wire("20 ( 00 00 )"));
    EXPECT_EQ(encoded(kV311, Suback{.packet_id = 1, .reason_codes = codes, .reason_string = "no"}),
              wire("90 ( 0001 00 02 80 80 )"));
    EXPECT_EQ(encoded(kV311, Unsuback{.packet_id = 1, .reason_codes = codes}), wire("B0 ( 0001 )"));
    EXPECT_EQ(encoded(kV311, Publish{.topic = "a", .properties = user, .topic_alias = 1}),
              wire("30 ( <a> )"));
    ByteBuffer list;
    ASSERT_TRUE(append_subscription(list, {.filter = "f",
                                           .qos = Qos::AtLeastOnce,
                                           .no_local = true,
                                           .retain_handling = RetainHandling::DoNotSend}));
    const Subscribe subscribe{
        .packet_id = 1, .subscription_id = 3, .subscriptions = SubscriptionList{list.bytes()}};
    EXPECT_EQ(encoded(kV311, subscribe), wire("82 ( 0001 <f> 01 )"));
    EXPECT_EQ(encoded(kV5, subscribe), wire("82 ( 0001 ( 0B 03 ) <f> 25 )"));
}

TEST(Encode, connack_return_codes_of_older_versions) {
    EXPECT_EQ(connack_return_code(ReasonCode::Success), 0);
    EXPECT_EQ(connack_return_code(ReasonCode::UnsupportedProtocolVersion), 1);
    EXPECT_EQ(connack_return_code(ReasonCode::ClientIdentifierNotValid), 2);
    EXPECT_EQ(connack_return_code(ReasonCode::ServerUnavailable), 3);
    EXPECT_EQ(connack_return_code(ReasonCode::QuotaExceeded), 3);
    EXPECT_EQ(connack_return_code(ReasonCode::BadUserNameOrPassword), 4);
    EXPECT_EQ(connack_return_code(ReasonCode::NotAuthorized), 5);
    EXPECT_EQ(connack_return_code(ReasonCode::Banned), 5);
}

TEST(Encode, mqtt_3_2_2_4_mqtt5_3_2_2_6_refusal_has_no_session) {
    const Connack packet{.session_present = true, .reason = ReasonCode::NotAuthorized};
    EXPECT_EQ(encoded(kV311, packet), wire("20 ( 00 05 )"));
    EXPECT_EQ(encoded(kV5, packet), wire("20 ( 00 87 ( ) )"));
}

// The packet with both, without user properties, and with neither, as its limit sinks.
void expect_detail_to_be_dropped(const AnyPacket& packet, std::string_view full,
                                 std::string_view reason_string, std::string_view none) {
    const std::size_t full_size = wire(full).size();
    const std::size_t reason_size = wire(reason_string).size();
    const std::size_t none_size = wire(none).size();
    EXPECT_EQ(encoded(kV5, packet, full_size), wire(full));
    EXPECT_EQ(encoded(kV5, packet, full_size - 1), wire(reason_string));
    EXPECT_EQ(encoded(kV5, packet, reason_size), wire(reason_string));
    EXPECT_EQ(encoded(kV5, packet, reason_size - 1), wire(none));
    EXPECT_EQ(encoded(kV5, packet, none_size), wire(none));
    EXPECT_EQ(refusal(kV5, packet, none_size - 1), ReasonCode::PacketTooLarge);
}

class Explained : public testing::Test {
  protected:
    Octets user_ = wire("26 <k> <v>");
    Octets codes_ = wire("87");
};

TEST_F(Explained, mqtt5_3_2_2_19_mqtt5_3_2_2_20_connack) {
    expect_detail_to_be_dropped(Connack{.reason = ReasonCode::NotAuthorized,
                                        .reason_string = "no",
                                        .server_keep_alive = 5,
                                        .properties = user_},
                                "20 ( 00 87 ( 13 0005 1F <no> 26 <k> <v> ) )",
                                "20 ( 00 87 ( 13 0005 1F <no> ) )", "20 ( 00 87 ( 13 0005 ) )");
}

TEST_F(Explained, mqtt5_3_4_2_2_mqtt5_3_4_2_3_puback) {
    expect_detail_to_be_dropped(
        Ack{.type = PacketType::Puback, .packet_id = 1, .reason_string = "ok", .properties = user_},
        "40 ( 0001 00 ( 1F <ok> 26 <k> <v> ) )", "40 ( 0001 00 ( 1F <ok> ) )", "40 ( 0001 )");
}

TEST_F(Explained, mqtt5_3_5_2_2_mqtt5_3_5_2_3_pubrec) {
    expect_detail_to_be_dropped(Ack{.type = PacketType::Pubrec,
                                    .packet_id = 1,
                                    .reason = ReasonCode::NotAuthorized,
                                    .reason_string = "no",
                                    .properties = user_},
                                "50 ( 0001 87 ( 1F <no> 26 <k> <v> ) )",
                                "50 ( 0001 87 ( 1F <no> ) )", "50 ( 0001 87 )");
}

TEST_F(Explained, mqtt5_3_6_2_2_mqtt5_3_6_2_3_pubrel) {
    expect_detail_to_be_dropped(Ack{.type = PacketType::Pubrel,
                                    .packet_id = 1,
                                    .reason = ReasonCode::PacketIdentifierNotFound,
                                    .reason_string = "no",
                                    .properties = user_},
                                "62 ( 0001 92 ( 1F <no> 26 <k> <v> ) )",
                                "62 ( 0001 92 ( 1F <no> ) )", "62 ( 0001 92 )");
}

TEST_F(Explained, mqtt5_3_7_2_2_mqtt5_3_7_2_3_pubcomp) {
    expect_detail_to_be_dropped(Ack{.type = PacketType::Pubcomp,
                                    .packet_id = 1,
                                    .reason = ReasonCode::PacketIdentifierNotFound,
                                    .reason_string = "no",
                                    .properties = user_},
                                "70 ( 0001 92 ( 1F <no> 26 <k> <v> ) )",
                                "70 ( 0001 92 ( 1F <no> ) )", "70 ( 0001 92 )");
}

TEST_F(Explained, mqtt5_3_9_2_1_mqtt5_3_9_2_2_suback) {
    expect_detail_to_be_dropped(
        Suback{.packet_id = 1, .reason_codes = codes_, .reason_string = "no", .properties = user_},
        "90 ( 0001 ( 1F <no> 26 <k> <v> ) 87 )", "90 ( 0001 ( 1F <no> ) 87 )",
        "90 ( 0001 ( ) 87 )");
}

TEST_F(Explained, mqtt5_3_11_2_1_mqtt5_3_11_2_2_unsuback) {
    expect_detail_to_be_dropped(
        Unsuback{
            .packet_id = 1, .reason_codes = codes_, .reason_string = "no", .properties = user_},
        "B0 ( 0001 ( 1F <no> 26 <k> <v> ) 87 )", "B0 ( 0001 ( 1F <no> ) 87 )",
        "B0 ( 0001 ( ) 87 )");
}

TEST_F(Explained, mqtt5_3_14_2_3_mqtt5_3_14_2_4_disconnect) {
    expect_detail_to_be_dropped(
        Disconnect{.reason = ReasonCode::ServerBusy, .reason_string = "no", .properties = user_},
        "E0 ( 89 ( 1F <no> 26 <k> <v> ) )", "E0 ( 89 ( 1F <no> ) )", "E0 ( 89 )");
}

TEST_F(Explained, mqtt5_3_15_2_2_mqtt5_3_15_2_3_auth) {
    expect_detail_to_be_dropped(Auth{.reason = ReasonCode::ContinueAuthentication,
                                     .authentication_method = "m",
                                     .reason_string = "no",
                                     .properties = user_},
                                "F0 ( 18 ( 15 <m> 1F <no> 26 <k> <v> ) )",
                                "F0 ( 18 ( 15 <m> 1F <no> ) )", "F0 ( 18 ( 15 <m> ) )");
}

TEST(Encode, publish_is_never_shortened) {
    const Octets user = wire("26 <k> <v>");
    const Publish packet{.topic = "a", .properties = user};
    const std::size_t size = encoded(kV5, packet).size();
    EXPECT_EQ(encoded(kV5, packet, size).size(), size);
    EXPECT_EQ(refusal(kV5, packet, size - 1), ReasonCode::PacketTooLarge);
}

TEST(Encode, refuses_text_that_its_length_cannot_say) {
    const std::string text(65'536, 'x');
    const Bytes bytes = as_bytes(text);
    const auto too_large = ReasonCode::PacketTooLarge;
    for (const auto version : {kV31, kV311, kV5}) {
        EXPECT_EQ(refusal(version, Connect{.version = version, .client_id = text}), too_large);
        EXPECT_EQ(refusal(version, Connect{.version = version, .user_name = text}), too_large);
        EXPECT_EQ(refusal(version, Connect{.version = version, .user_name = "", .password = bytes}),
                  too_large);
        EXPECT_EQ(refusal(version, Connect{.version = version, .will = Will{.topic = text}}),
                  too_large);
        EXPECT_EQ(refusal(version, Connect{.version = version, .will = Will{.payload = bytes}}),
                  too_large);
        EXPECT_EQ(refusal(version, Publish{.topic = text}), too_large);
    }
    EXPECT_EQ(refusal(kV5, Connect{.authentication_method = text}), too_large);
    EXPECT_EQ(refusal(kV5, Connect{.authentication_method = "", .authentication_data = bytes}),
              too_large);
    EXPECT_EQ(refusal(kV5, Connack{.assigned_client_id = text}), too_large);
    EXPECT_EQ(refusal(kV5, Connack{.reason_string = text}), too_large);
    EXPECT_EQ(refusal(kV5, Ack{.packet_id = 1, .reason_string = text}), too_large);
    EXPECT_EQ(refusal(kV5, Disconnect{.reason_string = text}), too_large);
    EXPECT_EQ(refusal(kV5, Disconnect{.server_reference = text}), too_large);
    EXPECT_EQ(refusal(kV5, Auth{.authentication_method = text}), too_large);
    ByteBuffer list;
    EXPECT_FALSE(append_subscription(list, {.filter = text}));
    EXPECT_FALSE(append_filter(list, text));
    EXPECT_TRUE(list.empty());
}

TEST(Encode, takes_text_of_the_longest_length) {
    const std::string text(65'535, 'x');
    const Octets bytes = encoded(kV311, Connect{.version = kV311, .client_id = text});
    const FramingResult framed = next_frame(bytes, kPacketMax);
    ASSERT_EQ(framed.outcome, Framing::Complete);
    const auto decoded = decode_connect(framed.frame);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->client_id, text);
}

TEST(Encode, refuses_what_the_version_cannot_say) {
    const Octets password = wire("'p'");
    const auto error = ReasonCode::ProtocolError;
    EXPECT_EQ(refusal(kV311, Disconnect{.reason = ReasonCode::DisconnectWithWill}), error);
    EXPECT_EQ(refusal(kV311, Connect{.version = kV311, .password = Bytes{password}}), error);
}

TEST(Encode, mqtt_2_3_1_1_mqtt5_2_2_1_3_mqtt5_2_2_1_4_refuses_packet_id_0) {
    const auto error = ReasonCode::ProtocolError;
    ByteBuffer subscriptions;
    ASSERT_TRUE(append_subscription(subscriptions, {.filter = "f"}));
    ByteBuffer filters;
    ASSERT_TRUE(append_filter(filters, "f"));
    for (const auto version : {kV311, kV5}) {
        EXPECT_EQ(refusal(version, Publish{.topic = "a", .qos = Qos::AtLeastOnce}), error);
        EXPECT_EQ(
            refusal(version, Subscribe{.subscriptions = SubscriptionList{subscriptions.bytes()}}),
            error);
        EXPECT_EQ(refusal(version, Unsubscribe{.filters = FilterList{filters.bytes()}}), error);
    }
}

TEST(Encode, refuses_what_a_receiver_must_refuse) {
    const Octets data = wire("'d'");
    const auto error = ReasonCode::ProtocolError;
    // mqtt_3_3_1_2, mqtt_3_8_3_3 and mqtt5_3_8_3_2, mqtt_3_10_3_2
    EXPECT_EQ(refusal(kV311, Publish{.topic = "a", .dup = true}), error);
    EXPECT_EQ(refusal(kV311, Subscribe{.packet_id = 1}), error);
    EXPECT_EQ(refusal(kV311, Unsubscribe{.packet_id = 1}), error);
    EXPECT_EQ(refusal(kV5, Connect{.authentication_data = Bytes{data}}), error);
    EXPECT_EQ(refusal(kV5, Auth{.reason = ReasonCode::ContinueAuthentication}), error);
}

}  // namespace
}  // namespace kleber::codec::mqtt
