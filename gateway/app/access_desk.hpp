#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "gateway/auth/access_rules.hpp"
#include "gateway/auth/users.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// Who may do what in the running gateway: what the ACL file says, and the users' file of each user,
// made into one table that lanes and broker obey. Before the runtime runs, or on the first lane's
// thread.
class AccessDesk {
  public:
    explicit AccessDesk(runtime::Runtime& runtime) : runtime_(runtime) {}

    // What the ACL file says, if there is one: obeyed from the next set_users() on, together with
    // that, or after obey_file(), with the users of before.
    void set_file(std::optional<auth::AccessRules> file);
    void obey_file() { hand_out(); }
    // What the users' file says, if there is one. Calls `let_in` when all lanes obey what it says
    // of those who are there and of those who are new: then they may be let in, and no more those
    // who are gone, whose rights end after that. Nobody is there without the rights that are his.
    // Another password is no reason to decide anything anew.
    void set_users(const std::optional<auth::Users>& users, std::function<void()> let_in);

  private:
    void hand_out();

    runtime::Runtime& runtime_;
    std::optional<auth::AccessRules> file_;
    auth::UsersRules users_;
    std::vector<auth::UserRules> leaving_;  // may be let in yet
    // Of what was handed out.
    bool is_file_obeyed_ = false;
    bool restricts_users_ = false;  // by nothing but their own filters
    auth::UsersRules obeyed_;
    std::uint32_t generation_ = 0;
};

}  // namespace kleber::app
