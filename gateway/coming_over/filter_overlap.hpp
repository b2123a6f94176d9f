#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kleber::coming_over {

// Of what `bound` matches a part that holds all that `other` matches, too; none if they have
// nothing in common, whoever asks. In both `%u` and `%c` may stand for a name that is not yet
// known. What comes back is nowhere less specific than either of them.
std::optional<std::string> overlap_within(std::string_view bound, std::string_view other);

// With this name in the place of `%u`; none where it makes no level, or begins a topic with '$'.
std::optional<std::string> with_user(std::string_view pattern, std::string_view name);

// Whether `%u`, `%c` or `%n` is in it, even as a part of a level.
bool mentions_a_name(std::string_view filter);

}  // namespace kleber::coming_over
