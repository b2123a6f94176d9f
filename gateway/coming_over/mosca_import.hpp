#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/auth/users.hpp"
#include "gateway/base/result.hpp"
#include "gateway/coming_over/findings.hpp"

namespace kleber::coming_over {

// Room for as many users as there may be.
constexpr std::size_t kCredentialsBytesMax = 8 << 20;

struct MoscaUsers {
    auth::Users users;
    Findings findings;
};

// What `mosca adduser` writes (credentials.json): the users with their passwords, where the hash is
// one of Mosca's, and their rights as filters. Who would be left without any is left out, since
// without a filter a user is not restricted. `file` is its name for people. Any bytes may be given;
// the error is a sentence.
Result<MoscaUsers, std::string> import_mosca(const std::string& file, std::string_view text);

}  // namespace kleber::coming_over
