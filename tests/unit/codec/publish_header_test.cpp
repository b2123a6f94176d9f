#include <gtest/gtest.h>

#include <array>
#include <string>

#include "gateway/codec/mqtt/encode.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::codec::mqtt {
namespace {

using Octets = std::vector<std::uint8_t>;

// Header and payload, as a connection sends them; checks that the size was told right.
Octets sent(ProtocolVersion version, PublishHeader header, std::string_view payload) {
    header.payload_size = payload.size();
    ByteBuffer out;
    encode_publish_header(out, version, header);
    out.append(payload);
    EXPECT_EQ(out.size(), encoded_size(version, header));
    return {out.bytes().begin(), out.bytes().end()};
}

TEST(PublishHeader, of_311) {
    EXPECT_EQ(sent(ProtocolVersion::V311, {.topic = "a/b"}, "hi"), wire("30 ( <a/b> 'hi' )"));
    EXPECT_EQ(
        sent(ProtocolVersion::V311,
             {.topic = "a/b", .packet_id = 7, .qos = Qos::ExactlyOnce, .retain = true, .dup = true},
             "hi"),
        wire("3D ( <a/b> 0007 'hi' )"));
}

TEST(PublishHeader, of_older_versions_says_nothing_of_mqtt5) {
    const Octets properties = wire("26 <k> <v>");
    const std::array<std::uint32_t, 1> ids{5};
    const PublishHeader header{.topic = "a",
                               .properties = properties,
                               .subscription_ids = ids,
                               .message_expiry = 60,
                               .topic_alias = 1};
    EXPECT_EQ(sent(ProtocolVersion::V311, header, "x"), wire("30 ( <a> 'x' )"));
    EXPECT_EQ(sent(ProtocolVersion::V31, header, "x"), wire("30 ( <a> 'x' )"));
}

TEST(PublishHeader, mqtt_2_3_1_5_mqtt5_2_2_1_2_no_packet_id_at_qos_0) {
    EXPECT_EQ(sent(ProtocolVersion::V311, {.topic = "a", .packet_id = 9}, "x"),
              wire("30 ( <a> 'x' )"));
    EXPECT_EQ(sent(ProtocolVersion::V5, {.topic = "a", .packet_id = 9}, "x"),
              wire("30 ( <a> ( ) 'x' )"));
}

TEST(PublishHeader, mqtt5_2_2_2_1_no_properties_is_a_length_of_zero) {
    EXPECT_EQ(
        sent(ProtocolVersion::V5, {.topic = "a", .packet_id = 1, .qos = Qos::AtLeastOnce}, ""),
        wire("32 ( <a> 0001 00 )"));
}

TEST(PublishHeader, with_everything) {
    const Octets properties = wire("01 01 26 <k> <v>");
    const std::array<std::uint32_t, 3> ids{1, 128, 268'435'455};
    EXPECT_EQ(
        sent(ProtocolVersion::V5,
             {.topic = "",
              .properties = properties,
              .subscription_ids = ids,
              .message_expiry = 60,
              .topic_alias = 3,
              .packet_id = 2,
              .qos = Qos::AtLeastOnce},
             "hi"),
        wire("32 ( <> 0002 ( 02 0000003C 23 0003 0B 01 0B 8001 0B FFFFFF7F 01 01 26 <k> <v> ) "
             "'hi' )"));
}

TEST(PublishHeader, sizes_are_exact_around_every_step_of_the_lengths) {
    for (const std::size_t size : {100U, 127U, 128U, 129U, 16'370U, 16'383U, 16'384U, 70'000U}) {
        const std::string payload(size, 'x');
        Octets value = wire("26 <k> <>");
        for (const std::size_t length : {size - 4, size % 60'000}) {
            ByteBuffer properties;
            ASSERT_TRUE(append_user_property(properties, "k", payload.substr(0, length % 65'536)));
            for (const auto version : {ProtocolVersion::V311, ProtocolVersion::V5}) {
                const Octets bytes =
                    sent(version, {.topic = "topic", .properties = properties.bytes()}, payload);
                const FramingResult framed = next_frame(bytes, kPacketMax);
                ASSERT_EQ(framed.outcome, Framing::Complete);
                EXPECT_EQ(framed.size_bytes, bytes.size());
            }
        }
    }
}

}  // namespace
}  // namespace kleber::codec::mqtt
