#pragma once

#include <span>

#include "gateway/coming_over/mosquitto_options.hpp"
#include "gateway/coming_over/option.hpp"

namespace kleber::coming_over {

// The rows of who may come in, and what they may do.
std::span<const OptionRow> lock_rows();

// Whether a plugin decides about that: one that only keeps data does not.
bool has_deciding_plugin(const OptionGroup& group);

}  // namespace kleber::coming_over
