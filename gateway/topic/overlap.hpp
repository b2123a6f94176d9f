#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kleber::topic {

// What two filters say of the same names. All of them must be valid (see name.hpp), and not shared.

// The filter that matches exactly the names that both match; none if there is no such name.
std::optional<std::string> overlap_of(std::string_view a, std::string_view b);

// True if `outer` matches every name that `inner` matches.
bool covers(std::string_view outer, std::string_view inner);

}  // namespace kleber::topic
