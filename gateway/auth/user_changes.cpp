#include "gateway/auth/user_changes.hpp"

#include <utility>

#include "gateway/text/characters.hpp"

namespace kleber::auth {

namespace {

using Changed = Result<Users, std::string>;
using Before = std::optional<Users>;

auto nobody(const std::string& name) {
    return fail("there is no user " + text::excerpt(name));
}

}  // namespace

UsersChange adding(User user) {
    return [user = std::move(user)](const Before& before) -> Changed {
        const Users users = before.value_or(Users{});
        if (users.find(user.name)) {
            return fail("there is a user " + text::excerpt(user.name) + " already");
        }
        if (users.all().size() == kUsersMax) {
            return fail("there are " + std::to_string(kUsersMax) + " users already");
        }
        return users.with(user);
    };
}

UsersChange removing(std::string name) {
    return [name = std::move(name)](const Before& before) -> Changed {
        if (!before || !before->find(name)) return nobody(name);
        return before->without(name);
    };
}

UsersChange setting_password(std::string name, PasswordHash password) {
    return
        [name = std::move(name), password = std::move(password)](const Before& before) -> Changed {
            const User* user = before ? before->find(name) : nullptr;
            if (!user) return nobody(name);
            User changed = *user;
            changed.password = password;
            return before->with(std::move(changed));
        };
}

UsersChange upgrading(std::vector<PasswordUpgrade> upgrades) {
    return [upgrades = std::move(upgrades)](const Before& before) -> Changed {
        std::vector<User> users = before ? before->all() : std::vector<User>{};
        bool is_changed = false;
        for (const PasswordUpgrade& upgrade : upgrades) {
            const User* user = before ? before->find(upgrade.user) : nullptr;
            if (!user || !(user->password == upgrade.outdated)) continue;
            users[static_cast<std::size_t>(user - before->all().data())].password = upgrade.better;
            is_changed = true;
        }
        if (!is_changed) return fail(std::string{"their passwords have changed meanwhile"});
        return Users{std::move(users)};
    };
}

}  // namespace kleber::auth
