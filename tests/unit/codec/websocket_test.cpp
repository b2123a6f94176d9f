#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/codec/websocket/frame.hpp"
#include "gateway/codec/websocket/mask.hpp"

namespace kleber::codec::websocket {
namespace {

using Raw = std::vector<std::uint8_t>;

HeaderResult header_of(const Raw& bytes) {
    return next_header(bytes);
}

TEST(WebSocketFrame, headers_go_round_at_every_length) {
    for (const std::uint64_t length :
         {std::uint64_t{0}, std::uint64_t{125}, std::uint64_t{126}, std::uint64_t{65'535},
          std::uint64_t{65'536}, std::uint64_t{1} << 40, (std::uint64_t{1} << 63) - 1}) {
        for (const bool is_masked : {false, true}) {
            FrameHeader header{.opcode = Opcode::Binary, .mask = {}, .payload_bytes = length};
            if (is_masked) header.mask = MaskKey{1, 2, 3, 4};
            ByteBuffer out;
            put_header(out, header);
            EXPECT_LE(out.size(), kHeaderBytesMax);
            for (std::size_t size = 0; size < out.size(); ++size) {
                const HeaderResult part = next_header(out.bytes().first(size));
                EXPECT_EQ(part.outcome, HeaderOutcome::Incomplete);
                EXPECT_GT(part.size_bytes, size);
                EXPECT_LE(part.size_bytes, out.size());
            }
            const HeaderResult whole = next_header(out.bytes());
            ASSERT_EQ(whole.outcome, HeaderOutcome::Complete);
            EXPECT_EQ(whole.size_bytes, out.size());
            EXPECT_EQ(whole.header.payload_bytes, length);
            EXPECT_EQ(whole.header.mask, header.mask);
            EXPECT_EQ(whole.header.opcode, Opcode::Binary);
            EXPECT_TRUE(whole.header.is_final);
        }
    }
}

TEST(WebSocketFrame, what_no_frame_has_is_refused) {
    const std::vector<Raw> wrong = {
        {0xC2, 0x00},                                // a reserved bit
        {0x92, 0x00},                                // another
        {0x83, 0x00},                                // an opcode without a meaning
        {0x8B, 0x00},                                // and one for control
        {0x09, 0x00},                                // a ping in fragments
        {0x89, 0x7E},                                // a long one
        {0x88, 0x7F},                                // a long close
        {0x82, 0x7E, 0x00, 0x7D},                    // 125 in two bytes
        {0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF},  // 65,535 in eight
        {0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0},     // more than there can be
    };
    for (const Raw& bytes : wrong) {
        EXPECT_EQ(header_of(bytes).outcome, HeaderOutcome::Refused) << int{bytes[0]};
    }
}

TEST(WebSocketFrame, masks_come_off_whatever_the_pieces) {
    const MaskKey key{0x37, 0xFA, 0x21, 0x3D};
    std::vector<std::uint8_t> plain(100);
    for (std::size_t index = 0; index < plain.size(); ++index) {
        plain[index] = static_cast<std::uint8_t>(index * 7);
    }
    std::vector<std::uint8_t> masked = plain;
    for (std::size_t index = 0; index < masked.size(); ++index) masked[index] ^= key[index % 4];
    for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
        std::vector<std::uint8_t> bytes = masked;
        apply_mask(std::span{bytes}.first(cut), key, 0);
        apply_mask(std::span{bytes}.subspan(cut), key, cut);
        EXPECT_EQ(bytes, plain) << cut;
    }
}

}  // namespace
}  // namespace kleber::codec::websocket
