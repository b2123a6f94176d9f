#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.hpp"

namespace kleber::web {

// Which file a request names: the names of folders on the way, and its own.
struct FilePath {
    // None is empty, has a slash, a backslash or a NUL in it, or begins with a dot: so none leads
    // up or to what is hidden. But the first may be ".well-known" (RFC 8615).
    std::vector<std::string> names;
    bool is_folder = false;  // ended with a slash; true without names
};

// What a request's path means, its escapes read once. Or the status of a refusal: 400 for what is
// no path, 404 for one that no file has.
Result<FilePath, std::uint16_t> file_path_from(std::string_view path);

// The folder of this path as a request would name it, with a slash at its end. Only letters, digits
// and -._~ are themselves, so that nobody takes it for anything but a path on this host.
std::string folder_target(const FilePath& path);

}  // namespace kleber::web
