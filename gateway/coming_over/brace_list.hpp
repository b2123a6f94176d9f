#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.hpp"

namespace kleber::coming_over {

constexpr std::size_t kBraceEntriesMax = 100;

// What a glob's lists in braces stand for: `a/{b,c/{d,e}}` is a/b, a/c/d and a/c/e, in this order.
// Empty ones are left out. The error is a sentence: braces that mean something else (`{1..3}`,
// `{a}`), or more than kBraceEntriesMax.
Result<std::vector<std::string>, std::string> expand_braces(std::string_view text);

}  // namespace kleber::coming_over
