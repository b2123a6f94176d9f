#include "gateway/base/byte_buffer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/base/byte_reader.hpp"

namespace kleber {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets content(const ByteBuffer& buffer) {
    return {buffer.bytes().begin(), buffer.bytes().end()};
}

TEST(ByteBuffer, writes_network_order) {
    ByteBuffer out;
    out.u8(0x01);
    out.u16(0x0203);
    out.u32(0x04050607);
    EXPECT_EQ(content(out), (Octets{1, 2, 3, 4, 5, 6, 7}));
}

TEST(ByteBuffer, writes_text_and_binary_with_their_length) {
    ByteBuffer out;
    out.text("hi");
    out.binary(as_bytes("x"));
    out.text("");
    EXPECT_EQ(content(out), (Octets{0, 2, 'h', 'i', 0, 1, 'x', 0, 0}));
}

TEST(ByteBuffer, mqtt5_1_5_5_1_writes_integers_in_the_fewest_bytes) {
    for (const std::uint32_t value :
         {0U, 127U, 128U, 16'383U, 16'384U, 2'097'151U, 2'097'152U, 268'435'455U}) {
        ByteBuffer out;
        out.varint(value);
        EXPECT_EQ(out.size(), varint_size(value)) << value;
        ByteReader in{out.bytes()};
        EXPECT_EQ(in.varint(), value);
        EXPECT_TRUE(in.finished());
    }
}

TEST(ByteBuffer, keeps_its_bytes_as_it_grows) {
    ByteBuffer out;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        const std::string piece = std::to_string(i);
        out.append(std::string_view{piece});
        expected += piece;
    }
    EXPECT_EQ(as_text(out.bytes()), expected);
    EXPECT_GE(out.capacity(), out.size());
}

TEST(ByteBuffer, extends_by_room_to_be_filled) {
    ByteBuffer out;
    out.u8('a');
    std::uint8_t* room = out.extend(2);
    room[0] = 'b';
    room[1] = 'c';
    EXPECT_EQ(as_text(out.bytes()), "abc");
}

TEST(ByteBuffer, consumes_from_the_front_and_truncates_the_end) {
    ByteBuffer out;
    out.append(std::string_view{"abcdef"});
    out.consume(2);
    EXPECT_EQ(as_text(out.bytes()), "cdef");
    out.truncate(3);
    EXPECT_EQ(as_text(out.bytes()), "cde");
    out.consume(3);
    EXPECT_TRUE(out.empty());
}

TEST(ByteBuffer, keeps_its_memory_when_cleared) {
    ByteBuffer out;
    out.reserve(1000);
    const std::uint8_t* before = out.data();
    out.append(std::string_view{"abc"});
    out.clear();
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(out.data(), before);
    EXPECT_GE(out.capacity(), 1000U);
}

TEST(ByteBuffer, hands_its_memory_on_when_moved) {
    ByteBuffer first;
    first.append(std::string_view{"abc"});
    ByteBuffer second{std::move(first)};
    EXPECT_EQ(as_text(second.bytes()), "abc");
    ByteBuffer third;
    third.u8('x');
    third = std::move(second);
    EXPECT_EQ(as_text(third.bytes()), "abc");
}

TEST(ByteBuffer, appends_nothing_from_nothing) {
    ByteBuffer out;
    out.append(std::span<const std::uint8_t>{});
    out.append(std::string_view{});
    EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace kleber
