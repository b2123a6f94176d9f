#pragma once

#include <cstdint>

#include "gateway/base/byte_reader.hpp"

namespace kleber::store {

// Tells a damaged record from a whole one: part of the file's format, so the same on every machine
// and in every version. Not meant against people who forge.
//
//     const std::uint32_t sum = Checksum{}.add(number).add(bytes).value();
class Checksum {
  public:
    Checksum& add(std::uint64_t word) {
        // Each step can be undone, so two inputs that differ in one word never meet again.
        state_ = (state_ ^ word) * 0x9FB21C651E98DF25U;
        state_ ^= state_ >> 29;
        return *this;
    }
    Checksum& add(Bytes bytes);

    std::uint32_t value() const { return static_cast<std::uint32_t>(state_ ^ state_ >> 32); }

  private:
    std::uint64_t state_ = 0x6B6C65626572;
};

}  // namespace kleber::store
