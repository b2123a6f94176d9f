#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/net/tls_context.hpp"

namespace kleber::net {

// Reads the pre-shared keys in a file: a line NAME:KEY for each, the name in UTF-8 and the key in
// hexadecimal digits, as mosquitto has them; empty lines and those that begin with # mean nothing.
// The error is a sentence, with the line.
Result<FindPsk, std::string> read_psk_file(const std::string& path);

}  // namespace kleber::net
