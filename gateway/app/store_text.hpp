#pragma once

#include <string>

#include "gateway/text/json.hpp"

namespace kleber::app {

// The store's answers as a terminal shows them.
std::string store_info_text(const text::Json& answer);
std::string store_check_text(const text::Json& answer);

}  // namespace kleber::app
