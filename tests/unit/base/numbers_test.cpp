#include "gateway/base/numbers.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace kleber {
namespace {

TEST(Numbers, come_back_and_end_at_64_bits) {
    for (const std::uint64_t number :
         {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{1} << 35,
          std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        ByteBuffer bytes;
        put_number(bytes, number);
        ByteReader in{bytes.bytes()};
        EXPECT_EQ(take_number(in), number);
        EXPECT_TRUE(in.finished());
    }
    const std::uint8_t too_much[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
    ByteReader in{too_much};
    take_number(in);
    EXPECT_TRUE(in.has_failed());
}

TEST(Numbers, SignedOnesAreShortNearZero) {
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64}, kLeast, kMost}) {
        ByteBuffer bytes;
        put_signed(bytes, number);
        ByteReader in{bytes.bytes()};
        EXPECT_EQ(take_signed(in), number);
        EXPECT_TRUE(in.finished());
        EXPECT_TRUE(bytes.size() == 1 || number == kLeast || number == kMost) << number;
    }
}

}  // namespace
}  // namespace kleber
