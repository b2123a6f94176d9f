#pragma once

#include <string_view>

namespace kleber::topic {

// True if the filter matches the name. Both must be valid (see name.hpp). Cheap for one pair; to
// find all the filters of a name, or all the names of a filter, use a Tree.
bool matches(std::string_view filter, std::string_view name);

}  // namespace kleber::topic
