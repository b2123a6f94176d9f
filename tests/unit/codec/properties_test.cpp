#include "gateway/codec/mqtt/properties.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/codec/notation.hpp"

namespace kleber::codec::mqtt {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets forwarded(const Octets& properties) {
    Octets out(forwarded_size(properties));
    copy_forwarded(properties, out.data());
    return out;
}

TEST(Forwarded, mqtt5_3_3_2_4_payload_format_unaltered) {
    EXPECT_EQ(forwarded(wire("01 01")), wire("01 01"));
    EXPECT_EQ(forwarded(wire("01 00")), wire("01 00"));
}

TEST(Forwarded, mqtt5_3_3_2_15_response_topic_unaltered) {
    EXPECT_EQ(forwarded(wire("02 00000001 08 <re/ply>")), wire("08 <re/ply>"));
}

TEST(Forwarded, mqtt5_3_3_2_16_correlation_data_unaltered) {
    EXPECT_EQ(forwarded(wire("09 0003 00FF00 23 0001")), wire("09 0003 00FF00"));
}

TEST(Forwarded, mqtt5_3_3_2_17_mqtt5_3_3_2_18_user_properties_in_order) {
    EXPECT_EQ(forwarded(wire("26 <z> <1> 23 0001 26 <a> <2> 0B 05 26 <z> <1>")),
              wire("26 <z> <1> 26 <a> <2> 26 <z> <1>"));
}

TEST(Forwarded, mqtt5_3_3_2_20_content_type_unaltered) {
    EXPECT_EQ(forwarded(wire("03 <text/plain>")), wire("03 <text/plain>"));
}

TEST(Forwarded, leaves_out_what_belongs_to_one_hop) {
    EXPECT_EQ(forwarded(wire("02 0000003C 23 0001 0B FFFFFF7F 18 0000001E")), Octets{});
    EXPECT_EQ(forwarded({}), Octets{});
}

TEST(UserProperties, are_copied_alone) {
    const Octets properties = wire("1F <no> 26 <k> <v> 11 00000001 26 <k> <>");
    Octets out(user_properties_size(properties));
    copy_user_properties(properties, out.data());
    EXPECT_EQ(out, wire("26 <k> <v> 26 <k> <>"));
}

TEST(Properties, are_visited_in_order) {
    std::string seen;
    const Octets properties = wire("26 <k> <v> 0B 02 01 01 26 <k> <w> 0B 8001");
    for_each_user_property(properties, [&](std::string_view name, std::string_view value) {
        seen += std::string{name} + "=" + std::string{value} + " ";
    });
    for_each_subscription_id(properties,
                             [&](std::uint32_t id) { seen += std::to_string(id) + " "; });
    EXPECT_EQ(seen, "k=v k=w 2 128 ");
}

TEST(Properties, are_found) {
    const Octets properties = wire("01 01 08 <re> 09 <co>");
    ASSERT_TRUE(find_property(properties, PropertyId::ResponseTopic));
    EXPECT_EQ(find_property(properties, PropertyId::ResponseTopic)->text(), "re");
    EXPECT_EQ(find_property(properties, PropertyId::PayloadFormat)->number, 1U);
    EXPECT_FALSE(find_property(properties, PropertyId::ContentType));
    EXPECT_FALSE(find_property({}, PropertyId::ContentType));
}

TEST(AppendProperty, writes_the_type_that_the_property_has) {
    ByteBuffer out;
    append_property(out, PropertyId::PayloadFormat, 1);
    append_property(out, PropertyId::ReceiveMaximum, 20);
    append_property(out, PropertyId::MessageExpiry, 60);
    append_property(out, PropertyId::SubscriptionId, 128);
    EXPECT_TRUE(append_property(out, PropertyId::ContentType, std::string_view{"t"}));
    EXPECT_TRUE(append_property(out, PropertyId::CorrelationData, Bytes{}));
    EXPECT_TRUE(append_user_property(out, "k", "v"));
    const Octets written{out.bytes().begin(), out.bytes().end()};
    EXPECT_EQ(written, wire("01 01 21 0014 02 0000003C 0B 8001 03 <t> 09 <> 26 <k> <v>"));
}

TEST(AppendProperty, refuses_what_the_length_cannot_say) {
    const std::string longest(65'535, 'x');
    const std::string too_long(65'536, 'x');
    ByteBuffer out;
    EXPECT_FALSE(append_property(out, PropertyId::ContentType, std::string_view{too_long}));
    EXPECT_FALSE(append_user_property(out, too_long, ""));
    EXPECT_FALSE(append_user_property(out, "", too_long));
    EXPECT_TRUE(out.empty());
    EXPECT_TRUE(append_user_property(out, longest, longest));
}

}  // namespace
}  // namespace kleber::codec::mqtt
