#pragma once

#include <string>
#include <vector>

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

// They ask the running gateway, which is the only writer of its users' file; where none runs, they
// write the file themselves.

struct UserOptions {
    WhichGateway which;
    std::string name;
    bool admin = false;
    std::vector<std::string> groups;
    std::vector<std::string> publish;
    std::vector<std::string> subscribe;
    bool reads_password = false;  // from the standard input
    bool generates_password = false;
    bool is_json = false;
};
int user_add(const UserOptions& options);
int user_passwd(const UserOptions& options);
int user_remove(const UserOptions& options);
int user_list(const UserOptions& options);
int user_show(const UserOptions& options);

}  // namespace kleber::app
