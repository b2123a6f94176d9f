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

UsersChange upgrading(std::string name, PasswordHash old, PasswordHash better) {
    return [name = std::move(name), old = std::move(old),
            better = std::move(better)](const Before& before) -> Changed {
        const User* user = before ? before->find(name) : nullptr;
        if (!user || !(user->password == old)) {
            return fail("the password of " + text::excerpt(name) + " has changed meanwhile");
        }
        User changed = *user;
        changed.password = better;
        return before->with(std::move(changed));
    };
}

}  // namespace kleber::auth
