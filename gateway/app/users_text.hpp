#pragma once

#include <string>

#include "gateway/text/json.hpp"

namespace kleber::app {

// Rows of the command `users` as a terminal shows them: a line each, or all there is to say.
std::string users_list_text(const text::Json::Array& rows);
std::string users_details_text(const text::Json::Array& rows);

}  // namespace kleber::app
