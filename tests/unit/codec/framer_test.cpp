#include "gateway/codec/mqtt/framer.hpp"

#include <gtest/gtest.h>

#include "tests/unit/codec/notation.hpp"

namespace kleber::codec::mqtt {
namespace {

FramingResult framed(std::string_view notation, std::size_t packet_bytes_max = kPacketMax) {
    static std::vector<std::uint8_t> bytes;
    bytes = wire(notation);
    return next_frame(bytes, packet_bytes_max);
}

TEST(Framer, finds_the_first_of_several) {
    const FramingResult result = framed("C0 00 30 ( <a> 'b' )");
    ASSERT_EQ(result.outcome, Framing::Complete);
    EXPECT_EQ(result.frame.type(), PacketType::Pingreq);
    EXPECT_EQ(result.frame.flags(), 0);
    EXPECT_TRUE(result.frame.body.empty());
    EXPECT_EQ(result.size_bytes, 2U);
}

TEST(Framer, splits_the_first_byte) {
    const FramingResult result = framed("3D 03 'abc' FF");
    ASSERT_EQ(result.outcome, Framing::Complete);
    EXPECT_EQ(result.frame.type(), PacketType::Publish);
    EXPECT_EQ(result.frame.flags(), 0x0D);
    EXPECT_EQ(as_text(result.frame.body), "abc");
    EXPECT_EQ(result.size_bytes, 5U);
}

TEST(Framer, says_how_much_it_needs) {
    EXPECT_EQ(framed("").size_bytes, 2U);
    EXPECT_EQ(framed("30").size_bytes, 2U);
    EXPECT_EQ(framed("30 80").size_bytes, 3U);
    EXPECT_EQ(framed("30 80 80").size_bytes, 4U);
    EXPECT_EQ(framed("30 80 80 80").size_bytes, 5U);
    EXPECT_EQ(framed("30 05").size_bytes, 7U);
    EXPECT_EQ(framed("30 80 01 00").size_bytes, 131U);
    for (const auto* bytes : {"", "30", "30 80", "30 80 80", "30 80 80 80", "30 05", "30 80 01"}) {
        EXPECT_EQ(framed(bytes).outcome, Framing::Incomplete) << bytes;
    }
}

TEST(Framer, reads_lengths_of_one_to_four_bytes) {
    for (const std::size_t length :
         {0U, 1U, 127U, 128U, 16'383U, 16'384U, 2'097'151U, 2'097'152U}) {
        ByteBuffer bytes;
        bytes.u8(0x30);
        bytes.varint(static_cast<std::uint32_t>(length));
        const std::size_t header = bytes.size();
        bytes.extend(length);
        const FramingResult result = next_frame(bytes.bytes(), kPacketMax);
        ASSERT_EQ(result.outcome, Framing::Complete) << length;
        EXPECT_EQ(result.frame.body.size(), length);
        EXPECT_EQ(result.size_bytes, header + length);
    }
    EXPECT_EQ(framed("30 FFFFFF7F").size_bytes, kPacketMax);
    EXPECT_EQ(framed("30 FFFFFF7F").outcome, Framing::Incomplete);
}

TEST(Framer, refuses_a_length_of_five_bytes) {
    for (const auto* bytes : {"30 80808080", "30 FFFFFFFF", "30 8080808001", "30 FFFFFFFF7F"}) {
        EXPECT_EQ(framed(bytes).outcome, Framing::Refused) << bytes;
        EXPECT_EQ(framed(bytes).reason, ReasonCode::MalformedPacket);
    }
}

TEST(Framer, mqtt5_1_5_5_1_refuses_a_length_longer_than_needed) {
    for (const auto* bytes : {"30 8000", "C0 8000", "30 FF00", "30 808000", "30 80808000"}) {
        EXPECT_EQ(framed(bytes).outcome, Framing::Refused) << bytes;
        EXPECT_EQ(framed(bytes).reason, ReasonCode::MalformedPacket);
    }
}

TEST(Framer, refuses_too_large_before_the_body_has_arrived) {
    EXPECT_EQ(framed("30 09", 10).outcome, Framing::Refused);
    EXPECT_EQ(framed("30 09", 10).reason, ReasonCode::PacketTooLarge);
    EXPECT_EQ(framed("30 08", 10).outcome, Framing::Incomplete);
    EXPECT_EQ(framed("30 08 0006 'abcdef'", 10).outcome, Framing::Complete);
    EXPECT_EQ(framed("10 FFFFFF7F", 65'536).reason, ReasonCode::PacketTooLarge);
    EXPECT_EQ(framed("10 FFFFFF7F", 65'536).outcome, Framing::Refused);
}

}  // namespace
}  // namespace kleber::codec::mqtt
