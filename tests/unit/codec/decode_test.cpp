#include "gateway/codec/mqtt/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/unit/codec/any_packet.hpp"
#include "tests/unit/codec/notation.hpp"
#include "tests/unit/codec/rows.hpp"

namespace kleber::codec::mqtt {
namespace {

template <typename Row>
std::string row_name(const testing::TestParamInfo<Row>& info) {
    return info.param.name;
}

// Bytes in a block of exactly their size, so that the sanitizer sees every read beyond them.
class ExactBytes {
  public:
    explicit ExactBytes(Bytes bytes) : data_(new std::uint8_t[bytes.size()]), size_(bytes.size()) {
        std::copy(bytes.begin(), bytes.end(), data_.get());
    }
    Bytes bytes() const { return {data_.get(), size_}; }

  private:
    std::unique_ptr<std::uint8_t[]> data_;
    std::size_t size_;
};

Frame whole_frame(Bytes bytes) {
    const FramingResult framed = next_frame(bytes, kPacketMax);
    EXPECT_EQ(framed.outcome, Framing::Complete);
    EXPECT_EQ(framed.size_bytes, bytes.size());
    return framed.frame;
}

class Valid : public testing::TestWithParam<ValidRow> {};

TEST_P(Valid, is_decoded) {
    const ExactBytes exact{wire(GetParam().notation)};
    const auto decoded =
        decode_any(whole_frame(exact.bytes()), GetParam().version, GetParam().sender);
    ASSERT_TRUE(decoded) << name_of(decoded.error());
    EXPECT_EQ(describe(*decoded), GetParam().description);
}

TEST_P(Valid, is_encoded_to_the_same_bytes) {
    const std::vector<std::uint8_t> bytes = wire(GetParam().notation);
    const auto decoded = decode_any(whole_frame(bytes), GetParam().version, GetParam().sender);
    ASSERT_TRUE(decoded);
    ByteBuffer out;
    ASSERT_TRUE(encode_any(out, GetParam().version, *decoded));
    EXPECT_TRUE(std::ranges::equal(out.bytes(), bytes)) << testing::PrintToString(out.bytes());
}

TEST_P(Valid, is_incomplete_when_cut_anywhere) {
    const std::vector<std::uint8_t> bytes = wire(GetParam().notation);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const ExactBytes cut{Bytes{bytes}.first(size)};
        const FramingResult framed = next_frame(cut.bytes(), kPacketMax);
        EXPECT_EQ(framed.outcome, Framing::Incomplete) << size;
        EXPECT_GT(framed.size_bytes, size);
        EXPECT_LE(framed.size_bytes, bytes.size());
    }
}

// A body that is cut short, in a frame that says so. Where the rest is a packet of its own (a
// shorter payload, a filter less) it means exactly its bytes; else it is malformed.
TEST_P(Valid, claims_nothing_that_was_cut_off) {
    const std::vector<std::uint8_t> bytes = wire(GetParam().notation);
    const Frame whole = whole_frame(bytes);
    for (std::size_t size = 0; size < whole.body.size(); ++size) {
        const ExactBytes cut{whole.body.first(size)};
        const Frame frame{.first = whole.first, .body = cut.bytes()};
        const auto decoded = decode_any(frame, GetParam().version, GetParam().sender);
        if (!decoded) continue;
        // 3.1 allows what its flags announce to be missing.
        if (const auto* connect = std::get_if<Connect>(&*decoded)) {
            EXPECT_EQ(connect->version, ProtocolVersion::V31);
            continue;
        }
        ByteBuffer out;
        ASSERT_TRUE(encode_any(out, GetParam().version, *decoded)) << size;
        const ExactBytes encoded{out.bytes()};
        const auto again =
            decode_any(whole_frame(encoded.bytes()), GetParam().version, GetParam().sender);
        ASSERT_TRUE(again) << size;
        EXPECT_EQ(describe(*again), describe(*decoded));
        EXPECT_TRUE(frame.type() == PacketType::Publish || frame.type() == PacketType::Subscribe ||
                    frame.type() == PacketType::Unsubscribe || frame.type() == PacketType::Suback ||
                    frame.type() == PacketType::Unsuback || size <= 3)
            << describe(*decoded);
    }
}

// Any byte changed to anything: the decoder may refuse or not, but stays within the bytes.
TEST_P(Valid, survives_every_changed_byte) {
    const std::vector<std::uint8_t> bytes = wire(GetParam().notation);
    const Frame whole = whole_frame(bytes);
    for (std::size_t at = 0; at < whole.body.size(); ++at) {
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            std::vector<std::uint8_t> changed{whole.body.begin(), whole.body.end()};
            changed[at] = static_cast<std::uint8_t>(value);
            const ExactBytes exact{changed};
            const auto decoded = decode_any({.first = whole.first, .body = exact.bytes()},
                                            GetParam().version, GetParam().sender);
            if (!decoded) continue;
            EXPECT_FALSE(describe(*decoded).empty());
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, Valid, testing::ValuesIn(valid_rows()), row_name<ValidRow>);

class Malformed : public testing::TestWithParam<MalformedRow> {};

TEST_P(Malformed, is_refused_with_its_reason) {
    const ExactBytes exact{wire(GetParam().notation)};
    const auto decoded =
        decode_any(whole_frame(exact.bytes()), GetParam().version, GetParam().sender);
    ASSERT_FALSE(decoded) << describe(*decoded);
    EXPECT_EQ(decoded.error(), GetParam().reason) << name_of(decoded.error());
}

INSTANTIATE_TEST_SUITE_P(Rows, Malformed, testing::ValuesIn(malformed_rows()),
                         row_name<MalformedRow>);

Result<AnyPacket, ReasonCode> decoded(std::string_view notation, ProtocolVersion version,
                                      Sender sender = Sender::Client) {
    static std::vector<std::uint8_t> bytes;
    bytes = wire(notation);
    return decode_any(whole_frame(bytes), version, sender);
}

TEST(Decode, connect_of_31_may_lack_what_its_flags_announce) {
    const auto no_user = decoded("10 ( <MQIsdp> 03 C2 0000 <c> )", ProtocolVersion::V31);
    ASSERT_TRUE(no_user);
    EXPECT_EQ(describe(*no_user), "CONNECT 3.1 id=c clean");
    const auto no_password = decoded("10 ( <MQIsdp> 03 C2 0000 <c> <u> )", ProtocolVersion::V31);
    ASSERT_TRUE(no_password);
    EXPECT_EQ(describe(*no_password), "CONNECT 3.1 id=c clean user_name=u");
}

TEST(Decode, connect_of_31_ignores_unused_flags) {
    const auto packet = decoded("10 ( <MQIsdp> 03 3B 0000 <c> )", ProtocolVersion::V31);
    ASSERT_TRUE(packet);
    EXPECT_EQ(describe(*packet), "CONNECT 3.1 id=c clean");
}

TEST(Decode, repeated_packets_of_31_are_marked_with_dup) {
    EXPECT_TRUE(decoded("6A ( 0001 )", ProtocolVersion::V31));
    EXPECT_TRUE(decoded("8A ( 0001 <a> 00 )", ProtocolVersion::V31));
    EXPECT_TRUE(decoded("AA ( 0001 <a> )", ProtocolVersion::V31));
    EXPECT_FALSE(decoded("6B ( 0001 )", ProtocolVersion::V31));
    EXPECT_FALSE(decoded("88 ( 0001 <a> 00 )", ProtocolVersion::V31));
}

TEST(Decode, connack_of_31_has_no_flags) {
    const auto packet = decoded("20 ( 01 00 )", ProtocolVersion::V31, Sender::Server);
    ASSERT_TRUE(packet);
    EXPECT_EQ(describe(*packet), "CONNACK");
}

TEST(Decode, acknowledgement_may_end_after_the_reason) {
    const auto puback = decoded("40 ( 0001 00 )", ProtocolVersion::V5);
    ASSERT_TRUE(puback);
    EXPECT_EQ(describe(*puback), "PUBACK packet_id=1");
    EXPECT_TRUE(decoded("40 ( 0001 00 ( ) )", ProtocolVersion::V5));
    EXPECT_TRUE(decoded("E0 ( 00 )", ProtocolVersion::V5));
    EXPECT_TRUE(decoded("E0 ( 00 ( ) )", ProtocolVersion::V5));
}

TEST(Decode, publish_tells_what_its_properties_hold) {
    const auto packet =
        decoded("30 ( <a> ( 01 01 08 <re> 23 0005 02 00000009 ) 'x' )", ProtocolVersion::V5);
    ASSERT_TRUE(packet);
    const auto& publish = std::get<Publish>(*packet);
    EXPECT_EQ(publish.payload_format, 1);
    EXPECT_TRUE(publish.has_response_topic);
    EXPECT_FALSE(publish.has_subscription_ids);
    EXPECT_EQ(publish.topic_alias, 5);
    EXPECT_EQ(publish.message_expiry, 9U);
}

TEST(Decode, views_point_into_the_frame) {
    const std::vector<std::uint8_t> bytes = wire("32 ( <topic> 0001 'payload' )");
    const auto publish = decode_publish(whole_frame(bytes), ProtocolVersion::V311, Sender::Client);
    ASSERT_TRUE(publish);
    EXPECT_EQ(as_bytes(publish->topic).data(), bytes.data() + 4);
    EXPECT_EQ(publish->payload.data(), bytes.data() + 11);
}

TEST(Decode, a_known_topic_is_recognised_and_nothing_else_is_taken_for_it) {
    const auto decode = [](const std::vector<std::uint8_t>& bytes, std::string_view known_topic) {
        return decode_publish(whole_frame(bytes), ProtocolVersion::V311, Sender::Client,
                              known_topic);
    };
    const std::vector<std::uint8_t> bytes = wire("30 ( <topic> 'x' )");
    const auto known = decode(bytes, "topic");
    ASSERT_TRUE(known);
    EXPECT_TRUE(known->is_topic_known);
    EXPECT_EQ(known->topic, "topic");
    for (const std::string_view other : {"", "topid", "topi", "topics"}) {
        const auto unknown = decode(bytes, other);
        ASSERT_TRUE(unknown) << other;
        EXPECT_FALSE(unknown->is_topic_known) << other;
        EXPECT_EQ(unknown->topic, "topic");
    }
    const auto empty = decode(wire("30 ( 0000 )"), "");
    ASSERT_TRUE(empty);
    EXPECT_FALSE(empty->is_topic_known);
    EXPECT_FALSE(decode(wire("30 ( 0002 C328 )"), "ab"));        // no UTF-8
    EXPECT_FALSE(decode(wire("30 ( 0006 'topic' )"), "topic"));  // cut off
}

TEST(Decode, reason_codes_of_every_packet_are_those_of_the_specification) {
    const auto accepted = [](std::string_view before, std::string_view after, Sender sender) {
        std::string reasons;
        for (int code = 0; code < 256; ++code) {
            constexpr std::string_view kDigits = "0123456789ABCDEF";
            const std::string digits{kDigits[static_cast<unsigned>(code) / 16],
                                     kDigits[static_cast<unsigned>(code) % 16]};
            const std::string notation = std::string{before} + digits + std::string{after};
            if (decoded(notation, ProtocolVersion::V5, sender)) reasons += digits + " ";
        }
        return reasons;
    };
    // [MQTT-3.2.2-8]
    EXPECT_EQ(accepted("20 ( 00 ", " ( ) )", Sender::Server),
              "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F ");
    // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
    EXPECT_EQ(accepted("40 ( 0001 ", ")", Sender::Client), "00 10 80 83 87 90 91 97 99 ");
    EXPECT_EQ(accepted("50 ( 0001 ", ")", Sender::Client), "00 10 80 83 87 90 91 97 99 ");
    EXPECT_EQ(accepted("62 ( 0001 ", ")", Sender::Client), "00 92 ");
    EXPECT_EQ(accepted("70 ( 0001 ", ")", Sender::Client), "00 92 ");
    // [MQTT-3.9.3-2] [MQTT-3.11.3-2]
    EXPECT_EQ(accepted("90 ( 0001 ( ) ", ")", Sender::Server),
              "00 01 02 80 83 87 8F 91 97 9E A1 A2 ");
    EXPECT_EQ(accepted("B0 ( 0001 ( ) ", ")", Sender::Server), "00 11 80 83 87 8F 91 ");
    // [MQTT-3.14.2-1]
    EXPECT_EQ(accepted("E0 ( ", ")", Sender::Client),
              "00 04 80 81 82 83 8C 90 93 94 95 96 97 98 99 ");
    EXPECT_EQ(accepted("E0 ( ", ")", Sender::Server),
              "00 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 "
              "A2 ");
    // [MQTT-3.15.2-1]
    EXPECT_EQ(accepted("F0 ( ", " ( 15 <m> ) )", Sender::Client), "18 19 ");
    EXPECT_EQ(accepted("F0 ( ", " ( 15 <m> ) )", Sender::Server), "00 18 ");
}

TEST(Decode, subscribe_of_ten_thousand_filters_is_walked) {
    ByteBuffer list;
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(append_subscription(list, {.filter = "f/" + std::to_string(i)}));
    }
    ByteBuffer out;
    ASSERT_TRUE(encode(out, ProtocolVersion::V311,
                       Subscribe{.packet_id = 1, .subscriptions = SubscriptionList{list.bytes()}}));
    const auto packet = decode_subscribe(whole_frame(out.bytes()), ProtocolVersion::V311);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->subscriptions.count(), 10'000U);
    std::string last;
    for (const Subscription& subscription : packet->subscriptions) last = subscription.filter;
    EXPECT_EQ(last, "f/9999");
}

TEST(RefusalVersion, is_the_nearest_that_the_client_can_read) {
    const auto version = [](std::string_view notation) {
        const std::vector<std::uint8_t> bytes = wire(notation);
        return refusal_version(whole_frame(bytes));
    };
    EXPECT_EQ(version("10 ( <MQIsdp> 03 02 0000 <c> )"), ProtocolVersion::V31);
    EXPECT_EQ(version("10 ( <MQIsdp> 07 )"), ProtocolVersion::V31);
    EXPECT_EQ(version("10 ( <MQTT> 00 )"), ProtocolVersion::V311);
    EXPECT_EQ(version("10 ( <MQTT> 04 01 0000 <c> )"), ProtocolVersion::V311);
    EXPECT_EQ(version("10 ( <MQTT> 84 )"), ProtocolVersion::V311);
    EXPECT_EQ(version("10 ( <MQTT> 05 01 0000 )"), ProtocolVersion::V5);
    EXPECT_EQ(version("10 ( <MQTT> 06 )"), ProtocolVersion::V5);
    EXPECT_EQ(version("10 ( <HTTP> 05 )"), std::nullopt);
    EXPECT_EQ(version("10 ( <MQTT> )"), std::nullopt);
    EXPECT_EQ(version("10 ( )"), std::nullopt);
}

}  // namespace
}  // namespace kleber::codec::mqtt
