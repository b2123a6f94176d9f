#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kleber::auth {

// Base64 (RFC 4648). Hashes come in both forms: with = up to a multiple of four, and without.
enum class Padding { None, Equals };

std::string to_base64(std::string_view bytes, Padding padding);

// None where it is not exactly what to_base64() would have written.
std::optional<std::string> from_base64(std::string_view text, Padding padding);

}  // namespace kleber::auth
