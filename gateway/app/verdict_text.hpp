#pragma once

#include <string>

#include "gateway/auth/access_table.hpp"
#include "gateway/port/authorizer.hpp"

namespace kleber::app {

// A question about access, as somebody asks it.
struct AccessQuestion {
    auth::Question question = auth::Question::Read;
    port::Principal principal;
    std::string topic;  // or a filter
};

// Its answer, and what decided it, in lines.
std::string verdict_text(const AccessQuestion& asked, const auth::Verdict& verdict);

}  // namespace kleber::app
