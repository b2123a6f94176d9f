#pragma once

#include <optional>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/config/config.hpp"

namespace kleber::app {

// Whoever has a new gateway can log in from the network as this user, and change everything.
inline constexpr const char* kFirstUser = "kleber";

struct FirstUser {
    Secret password;
    std::string password_file;  // where it is kept, for the gateway's owner alone
};

// Locks a gateway that starts for the first time, which has neither users nor state yet: makes a
// user with a password that nobody else has. None, and nothing is written, at any later start. The
// error is a sentence. Waits for the disk.
Result<std::optional<FirstUser>, std::string> make_first_user(const config::Config& config);

// What is told at that start; with the password only where a person reads it, not where it is kept.
std::string first_user_text(const FirstUser& user, bool is_for_terminal);

}  // namespace kleber::app
