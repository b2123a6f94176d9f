#pragma once

#include <string>
#include <vector>

#include "gateway/base/result.hpp"

namespace kleber::coming_over {

// Where what is imported comes from. Only read, never changed.
class SourceFiles {
  public:
    virtual ~SourceFiles() = default;

    // All of its bytes. The error is the end of a sentence: "cannot be read: Permission denied".
    virtual Result<std::string, std::string> read(const std::string& path) = 0;
    // The names in a folder, in no order. The same kind of error.
    virtual Result<std::vector<std::string>, std::string> names_in(const std::string& folder) = 0;
    // From the root on: relative paths start where the command was started, as mosquitto's do.
    virtual std::string absolute(const std::string& path) const = 0;
};

}  // namespace kleber::coming_over
