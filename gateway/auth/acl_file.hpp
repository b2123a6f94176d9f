#pragma once

#include "gateway/auth/access_rules.hpp"
#include "gateway/base/result.hpp"
#include "gateway/text/diagnostic.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::auth {

// Entries of one file, and members of its groups.
inline constexpr std::size_t kAclEntriesMax = 10'000;

// acl.toml, as somebody wrote it by hand: a table for each that is meant, a list of topic filters
// for each thing that is allowed.
//
//     [user.anna]
//     read = ["home/#"]
//
// All that is wrong is reported, and then nothing is taken. A file without entries is whole: it
// allows nothing.
Result<AccessRules, text::Diagnostics> parse_acl(text::Source source);

}  // namespace kleber::auth
