#include "gateway/auth/access_table.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/topic/name.hpp"
#include "gateway/topic/overlap.hpp"

namespace kleber::auth {
namespace {

// How precisely an entry says whom it is about.
int precision_of(Who who) {
    switch (who) {
        case Who::Everybody:
            return 0;
        case Who::Group:
            return 1;
        case Who::User:
        case Who::Anonymous:
            return 2;
        case Who::Client:
            return 3;
    }
    return 0;
}

bool allows(Access entry, Access asked) {
    return entry == asked || (entry == Access::Subscribe && asked == Access::Read);
}

// Both match what is asked.
bool is_exception(const AccessEntry& allow, const AccessEntry& deny) {
    const int more_precise = precision_of(allow.who) - precision_of(deny.who);
    if (more_precise < 0 || !allow.pattern.is_within(deny.pattern)) return false;
    return more_precise > 0 || !deny.pattern.is_within(allow.pattern);
}

// What somebody comes to who has `allow`, with `denials` against it. Of what several entries allow,
// the first that is refused says why, unless a later one is not.
void weigh(const AccessEntry& allow, const std::vector<const AccessEntry*>& denials,
           Verdict& verdict) {
    const auto stronger =
        std::find_if(denials.begin(), denials.end(),
                     [&](const AccessEntry* deny) { return !is_exception(allow, *deny); });
    if (stronger == denials.end()) {
        verdict = {true, Verdict::Why::Entry, &allow, denials};
    } else if (!verdict.entry || verdict.why == Verdict::Why::Beyond) {
        verdict = {false, Verdict::Why::Entry, *stronger};
    }
}

}  // namespace

AccessTable::AccessTable(std::uint32_t generation, std::optional<AccessRules> file,
                         const UsersRules& users)
    : Authorizer(generation), has_file_(file.has_value()), has_users_(users.has_value()) {
    std::map<std::string, std::set<std::string>> groups;  // of users
    if (file) {
        for (AccessEntry& entry : file->entries) add(std::move(entry));
        for (AccessRules::Member& member : file->members) {
            groups[member.user].insert(std::move(member.group));
        }
    }
    if (users) {
        for (const UserRules& user : *users) {
            add(user);
            groups[user.name].insert(user.groups.begin(), user.groups.end());
        }
    }
    for (const auto& [user, names] : groups) {
        for (const std::string& name : names) {
            const auto group = groups_.find(name);
            if (group != groups_.end()) users_[user].groups.push_back(group->second);
        }
    }
}

void AccessTable::add(const UserRules& rules) {
    User& user = users_[rules.name];
    user.is_admin = rules.is_admin;
    user.is_restricted = !rules.publish.empty() || !rules.subscribe.empty();
    const auto add_list = [&](const std::vector<std::string>& filters, Access access) {
        for (const std::string& filter : filters) {
            // One that matches nothing restricts all the same.
            if (AccessPattern::flaw_of(filter)) continue;
            add(AccessEntry{Who::User, rules.name, access, AccessPattern{filter}, rules.place});
        }
    };
    add_list(rules.publish, Access::Write);
    add_list(rules.subscribe, Access::Subscribe);
}

void AccessTable::add(AccessEntry entry) {
    if (entry.access == Access::Deny) denies_something_ = true;
    index_.add(list_for(entry), entry.pattern, static_cast<std::uint32_t>(entries_.size()));
    entries_.push_back(std::move(entry));
}

AccessTable::List AccessTable::list_for(const AccessEntry& entry) {
    const auto named = [&](ByName& lists) {
        const auto [at, is_new] = lists.try_emplace(entry.name);
        if (is_new) at->second = index_.add_list();
        return at->second;
    };
    switch (entry.who) {
        case Who::Everybody:
            break;
        case Who::Anonymous:
            return anonymous_;
        case Who::Group:
            return named(groups_);
        case Who::User: {
            std::optional<List>& own = users_[entry.name].own;
            if (!own) own = index_.add_list();
            return *own;
        }
        case Who::Client:
            return named(clients_);
    }
    return everybody_;
}

const AccessTable::User* AccessTable::find_user(const port::Principal& principal) const {
    if (principal.user.empty()) return nullptr;
    const auto found = users_.find(principal.user);
    return found == users_.end() ? nullptr : &found->second;
}

template <typename Visit>
void AccessTable::for_each_list(const port::Principal& principal, const User* user,
                                Visit&& visit) const {
    const auto client = clients_.find(principal.client_id);
    if (client != clients_.end() && !visit(client->second)) return;
    if (principal.user.empty() && !visit(anonymous_)) return;
    if (user) {
        if (user->own && !visit(*user->own)) return;
        for (const List group : user->groups) {
            if (!visit(group)) return;
        }
    }
    visit(everybody_);
}

Verdict AccessTable::decide(Question question, const port::Principal& principal,
                            std::string_view text) const {
    const User* user = find_user(principal);
    if (user && user->is_admin) return {true, Verdict::Why::Admin, nullptr};
    if (!has_file_ && !user && has_users_ && !principal.user.empty()) {
        return {false, Verdict::Why::Unknown, nullptr};
    }
    if (!has_file_ && !(user && user->is_restricted)) {
        return {true, Verdict::Why::Unrestricted, nullptr};
    }
    if (question == Question::Subscribe) {
        return decide_filter(principal, user, topic::parse_shared(text).filter);
    }
    const Access access = question == Question::Publish ? Access::Write : Access::Read;
    return decide_topic(access, principal, user, text);
}

Verdict AccessTable::decide_topic(Access access, const port::Principal& principal, const User* user,
                                  std::string_view topic) const {
    Entries allowing;
    Entries denials;
    for_each_list(principal, user, [&](List list) {
        return index_.for_each_covering(list, principal, topic, [&](std::uint32_t number) {
            const AccessEntry& entry = entries_[number];
            if (entry.access == Access::Deny) denials.push_back(&entry);
            if (allows(entry.access, access)) allowing.push_back(&entry);
            // Where nothing is denied, the first decides.
            return denies_something_ || allowing.empty();
        });
    });
    Verdict verdict;
    for (const AccessEntry* entry : allowing) {
        weigh(*entry, denials, verdict);
        if (verdict.is_allowed) return verdict;
    }
    if (!verdict.entry && !denials.empty()) verdict = {false, Verdict::Why::Entry, denials[0]};
    return verdict;
}

AccessTable::Entries AccessTable::denials_of(const port::Principal& principal, const User* user,
                                             std::string_view filter) const {
    Entries denials;
    if (!denies_something_) return denials;
    for_each_list(principal, user, [&](List list) {
        return index_.for_each_covering(list, principal, filter, [&](std::uint32_t number) {
            if (entries_[number].access == Access::Deny) denials.push_back(&entries_[number]);
            return true;
        });
    });
    return denials;
}

Verdict AccessTable::decide_filter(const port::Principal& principal, const User* user,
                                   std::string_view filter) const {
    Verdict verdict;
    const auto consider = [&](std::uint32_t number) {
        const AccessEntry& entry = entries_[number];
        if (!allows(entry.access, Access::Read)) return true;
        if (entry.access == Access::Read && !denies_something_) {
            verdict = {true, Verdict::Why::Entry, &entry};
            return false;
        }
        const std::optional<std::string> of_client = entry.pattern.filter_for(principal);
        const auto both = of_client ? topic::overlap_of(*of_client, filter) : std::nullopt;
        KLEBER_ASSERT(both);
        if (entry.access == Access::Subscribe && !topic::covers(*of_client, filter)) {
            if (!verdict.entry) verdict = {false, Verdict::Why::Beyond, &entry};
            return true;
        }
        weigh(entry, denials_of(principal, user, *both), verdict);
        return !verdict.is_allowed;
    };
    for_each_list(principal, user, [&](List list) {
        return index_.for_each_overlapping(list, principal, filter, consider);
    });
    return verdict;
}

std::shared_ptr<const AccessTable> make_authorizer(std::uint32_t generation,
                                                   std::optional<AccessRules> file,
                                                   const UsersRules& users) {
    const bool is_anybody_restricted =
        users && std::any_of(users->begin(), users->end(), [](const UserRules& user) {
            return !user.is_admin && (!user.publish.empty() || !user.subscribe.empty());
        });
    if (!file && !is_anybody_restricted) return nullptr;
    return std::make_shared<const AccessTable>(generation, std::move(file), users);
}

}  // namespace kleber::auth
