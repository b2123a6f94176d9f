#include "gateway/auth/access_rules.hpp"

#include <string_view>

namespace kleber::auth {
namespace {

std::string_view word_of(Access access) {
    switch (access) {
        case Access::Read:
            return "read";
        case Access::Write:
            return "write";
        case Access::Subscribe:
            return "subscribe";
        case Access::Deny:
            return "deny";
    }
    return {};
}

std::string table_of(const AccessEntry& entry) {
    switch (entry.who) {
        case Who::Everybody:
            return "[everybody]";
        case Who::Anonymous:
            return "[anonymous]";
        case Who::Group:
            return "[group." + entry.name + ']';
        case Who::User:
            return "[user." + entry.name + ']';
        case Who::Client:
            return "[client." + entry.name + ']';
    }
    return {};
}

}  // namespace

std::string heading_of(const AccessEntry& entry) {
    return table_of(entry) + ' ' + std::string{word_of(entry.access)};
}

}  // namespace kleber::auth
