#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/password_hash.hpp"

namespace kleber::auth {

struct User {
    std::string name;  // without a problem, see user_name.hpp
    PasswordHash password;
    bool admin = false;
    std::vector<std::string> groups{};
    std::vector<std::string> publish{};    // filters
    std::vector<std::string> subscribe{};  // filters

    bool operator==(const User&) const = default;
};

constexpr std::size_t kUsersMax = 10'000;

// All users, by name. Does not change: whoever changes something makes another one of it.
class Users {
  public:
    Users() = default;
    // Names are there once, and at most kUsersMax.
    explicit Users(std::vector<User> users);

    // Null if there is no such user.
    const User* find(std::string_view name) const;
    const std::vector<User>& all() const { return users_; }

    // With this one, in place of the one of that name. At most kUsersMax.
    Users with(User user) const;
    Users without(std::string_view name) const;

    bool operator==(const Users&) const = default;

  private:
    std::vector<User> users_;
};

}  // namespace kleber::auth
