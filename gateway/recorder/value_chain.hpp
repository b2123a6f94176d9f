#pragma once

#include <cstdint>
#include <span>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

namespace kleber::recorder {

// How the values of one block are written. Sensors say 21.5, not 21.4999...: with so many decimals
// all of them are whole numbers whose differences are small. `kAsBits` where that is not so: then
// they are written as doubles.
struct Decimals {
    static constexpr std::uint8_t kMax = 9;
    static constexpr std::uint8_t kAsBits = 15;
    std::uint8_t count = 0;

    // The fewest with which each of them comes back to the bit.
    static Decimals fewest_for(std::span<const double> values);
    // For what was rounded anyway: so many more, without a promise to be exact.
    Decimals with(std::uint8_t more) const;

  private:
    bool give_back(double value) const;
};

// Values that are written one after the other, each as what is different from the one before. They
// are among those that the decimals are enough for, or between two of them.
class ValueWriter {
  public:
    explicit ValueWriter(Decimals decimals) : decimals_(decimals) {}
    void put(ByteBuffer& out, double value);

  private:
    const Decimals decimals_;
    std::uint64_t previous_ = 0;
};

// And read again. What is not there is zero, and fails the reader.
class ValueReader {
  public:
    explicit ValueReader(Decimals decimals) : decimals_(decimals) {}
    double take(ByteReader& in);

  private:
    const Decimals decimals_;
    std::uint64_t previous_ = 0;
};

void put_decimals(ByteBuffer& out, Decimals decimals);
// Fails the reader where there are none of that count.
Decimals take_decimals(ByteReader& in);

}  // namespace kleber::recorder
