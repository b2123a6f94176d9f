#include "gateway/app/access_desk.hpp"

#include <utility>

#include "gateway/auth/access_table.hpp"
#include "gateway/auth/user_rules.hpp"

namespace kleber::app {
namespace {

std::vector<auth::UserRules> rules_of(const std::optional<auth::Users>& users) {
    return users ? auth::rules_of(*users) : std::vector<auth::UserRules>{};
}

}  // namespace

void AccessDesk::apply(std::optional<auth::AccessRules> file,
                       const std::optional<auth::Users>& users) {
    file_ = std::move(file);
    users_ = rules_of(users);
    hand_out();
}

void AccessDesk::set_users(const std::optional<auth::Users>& users) {
    std::vector<auth::UserRules> rules = rules_of(users);
    if (rules == users_) return;
    users_ = std::move(rules);
    hand_out();
}

void AccessDesk::hand_out() {
    runtime_.set_authorizer(auth::make_authorizer(++generation_, file_, users_));
}

}  // namespace kleber::app
