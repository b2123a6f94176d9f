#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/text/diagnostic.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::config {

// A file that somebody has written, as it is on the disk; of one that is too long as much as a
// parser needs to refuse it. That it cannot be read is an error, never an empty file.
Result<text::Source, text::Diagnostic> read_source(const std::string& name);

}  // namespace kleber::config
