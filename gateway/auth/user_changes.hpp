#pragma once

#include <string>
#include <vector>

#include "gateway/auth/users_file.hpp"

// What is done to the table of users; refused, with a sentence, where it makes no sense.
namespace kleber::auth {

UsersChange adding(User user);
UsersChange removing(std::string name);
UsersChange setting_password(std::string name, PasswordHash password);

// The same password in a better hash.
struct PasswordUpgrade {
    std::string user;
    PasswordHash outdated;
    PasswordHash better;
};
// Those that have not been changed meanwhile; refused where that is none of them.
UsersChange upgrading(std::vector<PasswordUpgrade> upgrades);

}  // namespace kleber::auth
