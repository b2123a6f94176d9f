#include "gateway/base/byte_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kleber {
namespace {

using Octets = std::vector<std::uint8_t>;

TEST(ByteReader, reads_network_order) {
    const Octets bytes{0x01, 0x02, 0x03, 0xFF, 0xFE, 0xFD, 0xFC};
    ByteReader in{bytes};
    EXPECT_EQ(in.u8(), 0x01);
    EXPECT_EQ(in.u16(), 0x0203);
    EXPECT_EQ(in.u32(), 0xFFFEFDFCU);
    EXPECT_TRUE(in.finished());
}

TEST(ByteReader, remembers_its_first_failure) {
    const Octets bytes{0x01, 0x02};
    ByteReader in{bytes};
    EXPECT_EQ(in.u32(), 0U);
    EXPECT_TRUE(in.has_failed());
    EXPECT_EQ(in.u8(), 0);  // would be there, but comes after a failure
    EXPECT_TRUE(in.take(1).empty());
    EXPECT_EQ(in.utf8(), "");
    EXPECT_EQ(in.varint(), 0U);
    EXPECT_FALSE(in.finished());
}

TEST(ByteReader, is_not_finished_with_bytes_left) {
    const Octets bytes{0x01, 0x02};
    ByteReader in{bytes};
    in.u8();
    EXPECT_FALSE(in.finished());
    EXPECT_FALSE(in.has_failed());
    EXPECT_EQ(in.remaining(), 1U);
    EXPECT_EQ(in.rest().size(), 1U);
    EXPECT_TRUE(in.finished());
}

TEST(ByteReader, reads_empty_bytes) {
    ByteReader in{Bytes{}};
    EXPECT_TRUE(in.finished());
    EXPECT_TRUE(in.rest().empty());
    EXPECT_TRUE(in.finished());
    in.u8();
    EXPECT_TRUE(in.has_failed());
}

TEST(ByteReader, reads_text_and_binary) {
    const Octets bytes{0, 2, 'h', 'i', 0, 0, 0, 1, 0xFF};
    ByteReader in{bytes};
    EXPECT_EQ(in.utf8(), "hi");
    EXPECT_EQ(in.utf8(), "");
    EXPECT_EQ(in.binary().size(), 1U);
    EXPECT_TRUE(in.finished());
}

TEST(ByteReader, fails_at_text_past_the_end) {
    const Octets bytes{0, 3, 'h', 'i'};
    ByteReader in{bytes};
    EXPECT_EQ(in.utf8(), "");
    EXPECT_TRUE(in.has_failed());
}

TEST(ByteReader, mqtt_1_5_3_2_mqtt5_1_5_4_2_fails_at_text_with_nul) {
    const Octets bytes{0, 2, 'h', 0};
    ByteReader in{bytes};
    in.utf8();
    EXPECT_TRUE(in.has_failed());
}

std::pair<std::uint32_t, bool> varint(const Octets& bytes) {
    ByteReader in{bytes};
    const std::uint32_t value = in.varint();
    return {value, in.finished()};
}

TEST(ByteReader, reads_variable_byte_integers) {
    EXPECT_EQ(varint({0x00}), std::pair(0U, true));
    EXPECT_EQ(varint({0x7F}), std::pair(127U, true));
    EXPECT_EQ(varint({0x80, 0x01}), std::pair(128U, true));
    EXPECT_EQ(varint({0xFF, 0x7F}), std::pair(16'383U, true));
    EXPECT_EQ(varint({0x80, 0x80, 0x01}), std::pair(16'384U, true));
    EXPECT_EQ(varint({0xFF, 0xFF, 0x7F}), std::pair(2'097'151U, true));
    EXPECT_EQ(varint({0x80, 0x80, 0x80, 0x01}), std::pair(2'097'152U, true));
    EXPECT_EQ(varint({0xFF, 0xFF, 0xFF, 0x7F}), std::pair(268'435'455U, true));
}

TEST(ByteReader, mqtt5_1_5_5_1_refuses_integers_longer_than_needed) {
    EXPECT_EQ(varint({0x80, 0x00}), std::pair(0U, false));
    EXPECT_EQ(varint({0xFF, 0x80, 0x00}), std::pair(0U, false));
    EXPECT_EQ(varint({0x80, 0x80, 0x80, 0x00}), std::pair(0U, false));
}

TEST(ByteReader, refuses_integers_of_five_bytes_or_cut) {
    EXPECT_EQ(varint({0x80, 0x80, 0x80, 0x80, 0x01}), std::pair(0U, false));
    EXPECT_EQ(varint({0x80, 0x80}), std::pair(0U, false));
    EXPECT_EQ(varint({}), std::pair(0U, false));
}

}  // namespace
}  // namespace kleber
