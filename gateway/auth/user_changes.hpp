#pragma once

#include <string>

#include "gateway/auth/users_file.hpp"

// What is done to the table of users; refused, with a sentence, where it makes no sense.
namespace kleber::auth {

UsersChange adding(User user);
UsersChange removing(std::string name);
UsersChange setting_password(std::string name, PasswordHash password);
// The same password in a better hash; nothing if it has been changed meanwhile.
UsersChange upgrading(std::string name, PasswordHash old, PasswordHash better);

}  // namespace kleber::auth
