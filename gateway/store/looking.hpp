#pragma once

#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/store/connection.hpp"

namespace kleber::store {

// What is wrong with a file that nobody has open, for people; none: it is a whole store of this
// version. It stays as it is, and so does its log. Fails where that cannot be told: the disk is in
// trouble, or the file is of another version.
Result<std::vector<std::string>, Refusal> look_at(const std::string& path, const Now& now);

}  // namespace kleber::store
