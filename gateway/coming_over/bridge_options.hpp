#pragma once

#include <span>

#include "gateway/coming_over/mosquitto_options.hpp"

namespace kleber::coming_over {

// The rows of what is about a bridge.
std::span<const OptionRow> bridge_rows();

}  // namespace kleber::coming_over
