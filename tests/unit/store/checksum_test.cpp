#include "gateway/store/checksum.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace kleber::store {
namespace {

std::uint32_t sum_of(std::string_view text) {
    return Checksum{}.add(as_bytes(text)).value();
}

// Reckoned by another program: whatever makes it faster must not change the files.
TEST(ChecksumTest, is_the_same_in_every_version) {
    EXPECT_EQ(sum_of(""), 0xD42CF2CCU);
    EXPECT_EQ(sum_of("abcdefgh"), 0x6D8CFFC2U);
    EXPECT_EQ(sum_of("home/kitchen/temperature!"), 0xC1A9E707U);
    EXPECT_EQ(Checksum{}.add(7).add(as_bytes("abc")).value(), 0x71199130U);
}

}  // namespace
}  // namespace kleber::store
