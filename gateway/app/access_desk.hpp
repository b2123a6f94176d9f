#pragma once

#include <cstdint>
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

    // From now on, in place of all that was said before; either may be missing.
    void apply(std::optional<auth::AccessRules> file, const std::optional<auth::Users>& users);
    // The same with the file of before. Another password is no reason to decide anything anew.
    void set_users(const std::optional<auth::Users>& users);

  private:
    void hand_out();

    runtime::Runtime& runtime_;
    std::optional<auth::AccessRules> file_;
    std::vector<auth::UserRules> users_;
    std::uint32_t generation_ = 0;
};

}  // namespace kleber::app
