#pragma once

#include <string>
#include <vector>

#include "gateway/auth/access_rules.hpp"
#include "gateway/auth/users.hpp"

namespace kleber::auth {

// What the users' file says about access; `file` is where people find it.
std::vector<UserRules> rules_of(const Users& users, const std::string& file = {});

}  // namespace kleber::auth
