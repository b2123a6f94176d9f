#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/text/json.hpp"

// Members of a gateway's answer. What an older or newer gateway does not say is 0 or empty.
namespace kleber::app {

std::uint64_t number_at(const text::Json& object, std::string_view name);
// As a terminal may show it.
std::string text_at(const text::Json& object, std::string_view name);

}  // namespace kleber::app
