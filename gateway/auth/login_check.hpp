#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/users.hpp"
#include "gateway/port/authenticator.hpp"

namespace kleber::auth {

// Tells whether clients are who they say, by the table of users that holds at present. All of it
// may be called from any thread.
//
// Whom it has seen with the right password it knows again without hashing that: by a keyed digest
// of user, hash and password, whose key never leaves this object.
class LoginCheck {
  public:
    LoginCheck();

    // From now on; without a table credentials mean nothing. The names of those that are gone.
    std::vector<std::string> set_users(std::optional<Users> users);
    std::optional<Users> users() const;
    bool is_user(std::string_view name) const;

    // What can be told in microseconds: right passwords of devices, and of those seen before.
    std::optional<port::Verdict> check_at_once(const port::Credentials& credentials);

    struct Checked {
        port::Verdict verdict;
        // The password was right, and its hash is one that is to be replaced.
        std::optional<PasswordHash> outdated{};
    };
    // Takes what a hash takes, for an unknown user and a wrong password too.
    Checked check(const port::Credentials& credentials);

  private:
    struct Found {
        bool has_users = false;
        std::optional<PasswordHash> password{};  // of the user
        std::string seen{};                      // empty: not seen with the right password
    };

    Found look_up(const std::string& user) const;
    std::string digest_of(const port::Credentials& credentials, const PasswordHash& password) const;
    // False if the user has another password by now, or is gone.
    bool remember(const port::Credentials& credentials, const PasswordHash& password);

    const std::string key_;
    mutable std::mutex mutex_;
    std::optional<Users> users_;
    std::map<std::string, std::string, std::less<>> seen_;  // digests, by users of the table
};

}  // namespace kleber::auth
