#pragma once

#include <span>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/text/diagnostic.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::config {

// Checks and merges sources, the main one first. Tables of the same name add up, arrays of tables
// are appended in the order of the sources, and a plain key may be set in one source only. Without
// any [[listener]] there is the default one. Relative paths start at the folder of the first
// source. Reports everything that is wrong, sorted by place; touches no file.
Result<Config, text::Diagnostics> parse(std::span<const text::Source> sources);

// Reads `file` and then `conf.d/*.toml` beside it in the order of their names, and parses them.
// A file that cannot be read is an error, never an empty file.
Result<Config, text::Diagnostics> load(const std::string& file);

}  // namespace kleber::config
