#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/auth/access_pattern.hpp"

// What people have written about access, before it becomes a table.
namespace kleber::auth {

// Whom an entry is about. Anonymous is who came without a user name.
enum class Who : std::uint8_t { Everybody, Group, User, Anonymous, Client };

// Subscribe is Read for those who shall not ask for more than they may read.
enum class Access : std::uint8_t { Read, Write, Subscribe, Deny };

// One filter of one list: [user.anna] read = ["home/#"].
struct AccessEntry {
    Who who = Who::Everybody;
    std::string name;  // of the group, the user or the client; else empty
    Access access = Access::Deny;
    AccessPattern pattern;
    std::string place;  // "acl.toml:12", for people
};

struct AccessRules {
    struct Member {
        std::string group;
        std::string user;
    };
    std::vector<AccessEntry> entries;
    std::vector<Member> members;
};

// What the users file says of one user.
struct UserRules {
    std::string name{};
    bool is_admin = false;
    std::vector<std::string> groups{};
    std::vector<std::string> publish{};    // filters
    std::vector<std::string> subscribe{};  // filters
    std::string place{};                   // "users.toml", for people

    bool operator==(const UserRules&) const = default;
};
// Of all users; none: there is no such file.
using UsersRules = std::optional<std::vector<UserRules>>;

// "[user.anna] read": where an entry stands, in the words of the file.
std::string heading_of(const AccessEntry& entry);

}  // namespace kleber::auth
