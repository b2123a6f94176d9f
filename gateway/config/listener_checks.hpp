#pragma once

#include <optional>

#include "gateway/config/config.hpp"
#include "gateway/config/reader.hpp"

namespace kleber::config {

// What in a listener does not go together, whatever the others are; or nothing.
std::optional<Problem> check_listener(const Listener& listener);

// Two listeners that could not both be opened: which one is taken, and by what. Else nothing.
std::optional<Problem> check_rivals(const Listener& first, const Listener& second);

}  // namespace kleber::config
