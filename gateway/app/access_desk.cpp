#include "gateway/app/access_desk.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/access_table.hpp"
#include "gateway/auth/user_rules.hpp"

namespace kleber::app {
namespace {

using auth::UserRules;

void erase_named(std::vector<UserRules>& rules, const std::vector<UserRules>& names) {
    std::erase_if(rules, [&](const UserRules& one) {
        return std::any_of(names.begin(), names.end(),
                           [&](const UserRules& named) { return named.name == one.name; });
    });
}

// By name, as they come from the users' file.
std::vector<UserRules> without(const auth::UsersRules& before, const auth::UsersRules& now) {
    std::vector<UserRules> gone;
    if (!before) return gone;
    const std::vector<UserRules> left = now.value_or(std::vector<UserRules>{});
    std::set_difference(before->begin(), before->end(), left.begin(), left.end(),
                        std::back_inserter(gone),
                        [](const UserRules& a, const UserRules& b) { return a.name < b.name; });
    return gone;
}

}  // namespace

void AccessDesk::set_file(std::optional<auth::AccessRules> file) {
    file_ = std::move(file);
    is_file_obeyed_ = false;
}

void AccessDesk::set_users(const std::optional<auth::Users>& users, std::function<void()> let_in) {
    auth::UsersRules rules;
    if (users) rules = auth::rules_of(*users);
    std::vector<UserRules> gone = without(users_, rules);
    users_ = std::move(rules);
    if (users_) erase_named(leaving_, *users_);
    leaving_.insert(leaving_.end(), gone.begin(), gone.end());
    hand_out();
    runtime_.when_lanes_have_heard([this, let_in = std::move(let_in), gone = std::move(gone)] {
        let_in();
        if (gone.empty()) return;
        erase_named(leaving_, gone);
        hand_out();
    });
}

void AccessDesk::hand_out() {
    auth::UsersRules users = users_;
    if (!leaving_.empty()) {
        if (!users) users.emplace();
        users->insert(users->end(), leaving_.begin(), leaving_.end());
        std::sort(users->begin(), users->end(),
                  [](const UserRules& a, const UserRules& b) { return a.name < b.name; });
    }
    if (is_file_obeyed_ && users == obeyed_) return;
    auto table = auth::make_authorizer(++generation_, file_, users);
    // Who was the last to be restricted, and goes, does not become free before the connection ends.
    if (!table && restricts_users_ && users) {
        table = std::make_shared<const auth::AccessTable>(generation_, std::nullopt, users);
    }
    restricts_users_ = table && !file_;
    is_file_obeyed_ = true;
    obeyed_ = std::move(users);
    runtime_.set_authorizer(std::move(table));
}

}  // namespace kleber::app
