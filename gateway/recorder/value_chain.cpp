#include "gateway/recorder/value_chain.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "gateway/base/assert.hpp"
#include "gateway/base/numbers.hpp"

namespace kleber::recorder {
namespace {

constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
// Whole numbers up to here are exact, and dividing one by a power of ten gives the very double that
// its decimal text stands for.
constexpr double kWholeMax = 9007199254740992.0;
// With two decimals more for a mean.
constexpr double kRoundedMax = kWholeMax * 100;

// The bits that are seldom set are the low ones of a double: turned around, they cost nothing.
std::uint64_t turned(std::uint64_t bits) {
    std::uint64_t out = 0;
    for (int byte = 0; byte < 8; ++byte) {
        out = out << 8 | (bits & 0xFF);
        bits >>= 8;
    }
    return out;
}

}  // namespace

bool Decimals::give_back(double value) const {
    if (count == kAsBits) return true;
    const double whole = std::round(value * kPowers[count]);
    if (!(std::abs(whole) <= kWholeMax)) return false;
    // As bits: minus zero equals zero, and is another value.
    const double back = static_cast<double>(static_cast<std::int64_t>(whole)) / kPowers[count];
    return std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(value);
}

Decimals Decimals::fewest_for(std::span<const double> values) {
    Decimals fewest;
    for (const double value : values) {
        while (!fewest.give_back(value)) {
            if (fewest.count == kMax) return {kAsBits};
            ++fewest.count;
        }
    }
    // What came first was looked at with fewer than there are now: they may be too many for it.
    const bool is_for_all = std::all_of(values.begin(), values.end(),
                                        [&](double value) { return fewest.give_back(value); });
    return is_for_all ? fewest : Decimals{kAsBits};
}

Decimals Decimals::with(std::uint8_t more) const {
    if (count == kAsBits) return *this;
    return {std::min(static_cast<std::uint8_t>(count + more), kMax)};
}

void ValueWriter::put(ByteBuffer& out, double value) {
    if (decimals_.count == Decimals::kAsBits) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        put_number(out, turned(bits ^ previous_));
        previous_ = bits;
        return;
    }
    const double scaled = value * kPowers[decimals_.count];
    KLEBER_ASSERT(std::abs(scaled) <= kRoundedMax);
    const auto whole = static_cast<std::uint64_t>(std::llround(scaled));
    put_signed(out, static_cast<std::int64_t>(whole - previous_));
    previous_ = whole;
}

double ValueReader::take(ByteReader& in) {
    if (decimals_.count == Decimals::kAsBits) {
        previous_ ^= turned(take_number(in));
        return std::bit_cast<double>(previous_);
    }
    previous_ += static_cast<std::uint64_t>(take_signed(in));
    return static_cast<double>(static_cast<std::int64_t>(previous_)) / kPowers[decimals_.count];
}

void put_decimals(ByteBuffer& out, Decimals decimals) {
    out.u8(decimals.count);
}

Decimals take_decimals(ByteReader& in) {
    const std::uint8_t count = in.u8();
    if (count <= Decimals::kMax || count == Decimals::kAsBits) return {count};
    in.fail();
    return {};
}

}  // namespace kleber::recorder
