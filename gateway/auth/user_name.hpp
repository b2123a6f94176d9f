#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kleber::auth {

constexpr std::size_t kNameBytesMax = 256;

// What is wrong with the name of a user or a group, as the end of a sentence: "must not be empty".
// What MQTT allows is allowed, but for control characters, which would play with whoever reads a
// log or a list.
std::optional<std::string> problem_of_name(std::string_view name);

// The same for one of the topic filters of a user.
std::optional<std::string> problem_of_filter(std::string_view filter);

}  // namespace kleber::auth
