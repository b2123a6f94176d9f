#pragma once

#include <cstdint>

namespace kleber {

// How often a message may arrive. The numbers are those on the wire.
enum class Qos : std::uint8_t { AtMostOnce, AtLeastOnce, ExactlyOnce };

}  // namespace kleber
