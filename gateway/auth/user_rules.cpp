#include "gateway/auth/user_rules.hpp"

namespace kleber::auth {

std::vector<UserRules> rules_of(const Users& users, const std::string& file) {
    std::vector<UserRules> rules;
    rules.reserve(users.all().size());
    for (const User& user : users.all()) {
        rules.push_back({.name = user.name,
                         .is_admin = user.admin,
                         .groups = user.groups,
                         .publish = user.publish,
                         .subscribe = user.subscribe,
                         .place = file});
    }
    return rules;
}

}  // namespace kleber::auth
