#pragma once

#include <string>

#include "gateway/text/json.hpp"

// Rows of {"command":"history"}.
namespace kleber::app {

// As a table for a terminal, with local times. What is a single value has no smallest and largest.
std::string history_text(const text::Json::Array& rows);
// For programs: time (UTC), seconds that the row is about (0: a single value), mean, min, max,
// count.
std::string history_csv(const text::Json::Array& rows);

}  // namespace kleber::app
