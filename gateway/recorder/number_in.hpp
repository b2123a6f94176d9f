#pragma once

#include <cstddef>
#include <optional>

#include "gateway/base/byte_reader.hpp"

namespace kleber::recorder {

// Longer payloads are no numbers.
inline constexpr std::size_t kNumberBytesMax = 64;

// The number that a payload is: a decimal number, as in JSON, or with a plus in front, or without
// digits before or after the point; true is 1, false is 0; white space around it does not matter.
// None for everything else: text, objects, nothing at all, and what is too large for a double.
std::optional<double> number_in(Bytes payload);

}  // namespace kleber::recorder
