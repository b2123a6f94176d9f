#pragma once

#include <cstdint>
#include <vector>

#include "gateway/base/byte_reader.hpp"

namespace kleber::bench {

// Payloads of one size that begin with a number.
class NumberedPayload {
  public:
    static constexpr std::size_t kBytesMin = sizeof(std::uint64_t);

    // At least kBytesMin.
    explicit NumberedPayload(std::size_t bytes) : bytes_(bytes, 'x') {}

    // Good until the next one.
    Bytes make(std::uint64_t number);
    // Throws if it has another size.
    std::uint64_t read(Bytes payload) const;

  private:
    std::vector<std::uint8_t> bytes_;
};

}  // namespace kleber::bench
