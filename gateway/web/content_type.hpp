#pragma once

#include <string_view>

namespace kleber::web {

// The media type for a file of this name, by what follows its last dot, whatever its case; text is
// taken to be UTF-8. "application/octet-stream" for what is not known.
std::string_view content_type_of(std::string_view file_name);

}  // namespace kleber::web
