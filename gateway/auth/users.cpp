#include "gateway/auth/users.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::auth {

namespace {

bool is_before(const User& user, std::string_view name) {
    return user.name < name;
}

}  // namespace

Users::Users(std::vector<User> users) : users_(std::move(users)) {
    std::sort(users_.begin(), users_.end(),
              [](const User& one, const User& other) { return one.name < other.name; });
    const auto same = [](const User& one, const User& other) { return one.name == other.name; };
    KLEBER_ASSERT(std::adjacent_find(users_.begin(), users_.end(), same) == users_.end());
    KLEBER_ASSERT(users_.size() <= kUsersMax);
}

const User* Users::find(std::string_view name) const {
    const auto at = std::lower_bound(users_.begin(), users_.end(), name, is_before);
    return at != users_.end() && at->name == name ? &*at : nullptr;
}

Users Users::with(User user) const {
    std::vector<User> users = without(user.name).users_;
    users.push_back(std::move(user));
    return Users{std::move(users)};
}

Users Users::without(std::string_view name) const {
    Users others = *this;
    std::erase_if(others.users_, [&](const User& user) { return user.name == name; });
    return others;
}

}  // namespace kleber::auth
