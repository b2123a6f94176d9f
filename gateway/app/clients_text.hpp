#pragma once

#include <string>

#include "gateway/text/json.hpp"

namespace kleber::app {

// Rows of {"command":"clients"} as a table for a terminal.
std::string clients_text(const text::Json::Array& rows);

}  // namespace kleber::app
