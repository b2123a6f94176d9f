#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/secret.hpp"

namespace kleber::app {

constexpr std::size_t kPasswordBytesMax = 1000;

// Asks at the terminal, twice, and shows nothing of what is typed. The error is a sentence.
Result<Secret, std::string> ask_for_password(const std::string& user);

// The first line of a descriptor, without its end: nothing beyond it is read. The error is a
// sentence.
Result<Secret, std::string> read_password_line(int descriptor);

}  // namespace kleber::app
