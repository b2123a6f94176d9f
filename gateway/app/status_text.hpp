#pragma once

#include <string>

#include "gateway/text/json.hpp"

namespace kleber::app {

// The answer to {"command":"status"} as a terminal shows it, a page at most.
std::string status_text(const text::Json& answer);

}  // namespace kleber::app
