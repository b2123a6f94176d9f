#pragma once

#include <string>
#include <vector>

#include "gateway/coming_over/findings.hpp"
#include "gateway/coming_over/mosquitto_acl.hpp"

namespace kleber::coming_over {

// acl.toml that gives the same rights. In mosquitto a user's `deny` comes before the user's other
// lines, these before a pattern's `deny`, and that before other patterns, whatever is more
// specific; here the more specific one holds, and a user's before everybody's. So where the two
// differ, entries are added that hold where both of the lines match.
//
// `names` are those of users that are known. What cannot be said is a finding.
std::string acl_toml(const std::vector<AclLine>& lines, const std::vector<std::string>& names,
                     const Place& named_by, Findings& findings);

}  // namespace kleber::coming_over
