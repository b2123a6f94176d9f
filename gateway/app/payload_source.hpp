#pragma once

#include <string>

#include "gateway/app/command_pub.hpp"
#include "gateway/base/result.hpp"

namespace kleber::app {

// The one payload that the options ask for, where they do not ask for lines. Reads it whole; the
// error is a sentence.
Result<std::string, std::string> load_payload(const PubOptions& options, const Streams& streams);

}  // namespace kleber::app
