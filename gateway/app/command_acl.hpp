#pragma once

#include <string>
#include <vector>

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

struct ExplainOptions {
    WhichGateway which;
    std::vector<std::string> words;  // [USER] publish|subscribe|read TOPIC
    std::string client_id;
    std::string common_name;
    bool is_anonymous = false;  // then there is no USER
};
// Says whether it is allowed, and which line of which file decides. Asks the files, no gateway. The
// exit status is that of an answer: 0 for yes, 1 for no.
int explain_access(const ExplainOptions& options);

}  // namespace kleber::app
