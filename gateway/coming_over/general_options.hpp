#pragma once

#include <span>

#include "gateway/coming_over/mosquitto_options.hpp"

namespace kleber::coming_over {

// The rows of what is about the whole broker, but for who may come in.
std::span<const OptionRow> general_rows();

}  // namespace kleber::coming_over
