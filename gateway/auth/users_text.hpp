#pragma once

#include <string>

#include "gateway/auth/users.hpp"
#include "gateway/base/result.hpp"
#include "gateway/text/diagnostic.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::auth {

// The users' table as TOML:
//
//     [[user]]
//     name      = "anna"
//     password  = "$argon2id$v=19$m=19456,t=2,p=1$..."
//     admin     = true
//     groups    = ["family"]
//     publish   = ["home/+/set"]
//     subscribe = ["home/#"]
//
// Only name and password must be there. Any bytes may be given. All that is wrong is found, each
// with its line, but without the line's text, which may be a password.
Result<Users, text::Diagnostics> parse_users(text::Source source);

// parse_users() makes the same table of it.
std::string text_of(const Users& users);

}  // namespace kleber::auth
