#include "tests/unit/codec/notation.hpp"

#include <gtest/gtest.h>

namespace kleber::codec::mqtt {
namespace {

using Octets = std::vector<std::uint8_t>;

TEST(Notation, reads_hexadecimal_text_and_groups) {
    EXPECT_EQ(wire(""), Octets{});
    EXPECT_EQ(wire("00 fF 1234"), (Octets{0x00, 0xFF, 0x12, 0x34}));
    EXPECT_EQ(wire("'a b'"), (Octets{'a', ' ', 'b'}));
    EXPECT_EQ(wire("<ab> <>"), (Octets{0, 2, 'a', 'b', 0, 0}));
    EXPECT_EQ(wire("01 ( 02 ( ) ( 'x' ) )"), (Octets{1, 4, 2, 0, 1, 'x'}));
}

}  // namespace
}  // namespace kleber::codec::mqtt
