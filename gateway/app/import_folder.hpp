#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/coming_over/locks.hpp"

namespace kleber::app {

enum class Existing : std::uint8_t { Keep, Replace };

// Writes the files into a folder, which is made if it is not there, for its owner alone. Each is
// there whole or not at all, what is secret with mode 0600 from its first instant. With Keep
// nothing is written if one of them is there; what `is_source` is never replaced. The error is for
// people.
Status<std::string> write_import(const std::string& folder,
                                 const std::vector<coming_over::NewFile>& files, Existing existing,
                                 const std::function<bool(const std::string& path)>& is_source);

}  // namespace kleber::app
