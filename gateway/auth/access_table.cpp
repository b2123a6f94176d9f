#include "gateway/auth/access_table.hpp"

#include <algorithm>
#include <utility>

#include "gateway/topic/name.hpp"
#include "gateway/topic/overlap.hpp"

namespace kleber::auth {
namespace {

using Entries = std::vector<const AccessEntry*>;

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
void weigh(const AccessEntry& allow, const Entries& denials, Verdict& verdict) {
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
    if (file) {
        for (AccessEntry& entry : file->entries) add(std::move(entry));
        for (AccessRules::Member& member : file->members) {
            users_[member.user].groups.push_back(std::move(member.group));
        }
    }
    if (users) {
        for (const UserRules& user : *users) add(user);
    }
    for (auto& [name, user] : users_) {
        std::sort(user.groups.begin(), user.groups.end());
        user.groups.erase(std::unique(user.groups.begin(), user.groups.end()), user.groups.end());
    }
}

void AccessTable::add(const UserRules& rules) {
    User& user = users_[rules.name];
    user.is_admin = rules.is_admin;
    user.is_restricted = !rules.publish.empty() || !rules.subscribe.empty();
    user.groups.insert(user.groups.end(), rules.groups.begin(), rules.groups.end());
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
    const auto number = static_cast<std::uint32_t>(entries_.size());
    switch (entry.who) {
        case Who::Everybody:
            everybody_.push_back(number);
            break;
        case Who::Anonymous:
            anonymous_.push_back(number);
            break;
        case Who::Group:
            groups_[entry.name].push_back(number);
            break;
        case Who::User:
            users_[entry.name].entries.push_back(number);
            break;
        case Who::Client:
            clients_[entry.name].push_back(number);
            break;
    }
    entries_.push_back(std::move(entry));
}

const AccessTable::User* AccessTable::find_user(const port::Principal& principal) const {
    if (principal.user.empty()) return nullptr;
    const auto found = users_.find(principal.user);
    return found == users_.end() ? nullptr : &found->second;
}

template <typename Visit>
void AccessTable::for_each_entry(const port::Principal& principal, const User* user,
                                 Visit&& visit) const {
    const auto visit_all = [&](const Numbers& numbers) {
        for (const std::uint32_t number : numbers) visit(entries_[number]);
    };
    const auto visit_named = [&](const ByName& by_name, std::string_view name) {
        const auto found = by_name.find(name);
        if (found != by_name.end()) visit_all(found->second);
    };
    // From the most precise to the least: the first that decides is named to people.
    visit_named(clients_, principal.client_id);
    if (principal.user.empty()) visit_all(anonymous_);
    if (user) {
        visit_all(user->entries);
        for (const std::string& group : user->groups) visit_named(groups_, group);
    }
    visit_all(everybody_);
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
    Entries denials;
    for_each_entry(principal, user, [&](const AccessEntry& entry) {
        if (entry.access == Access::Deny && entry.pattern.matches(principal, topic)) {
            denials.push_back(&entry);
        }
    });
    Verdict verdict;
    for_each_entry(principal, user, [&](const AccessEntry& entry) {
        if (verdict.is_allowed || !allows(entry.access, access)) return;
        if (entry.pattern.matches(principal, topic)) weigh(entry, denials, verdict);
    });
    if (!verdict.entry && !denials.empty()) verdict = {false, Verdict::Why::Entry, denials[0]};
    return verdict;
}

Verdict AccessTable::decide_filter(const port::Principal& principal, const User* user,
                                   std::string_view filter) const {
    struct Denial {
        const AccessEntry* entry;
        std::string filter;
    };
    std::vector<Denial> denials;
    for_each_entry(principal, user, [&](const AccessEntry& entry) {
        if (entry.access != Access::Deny) return;
        if (auto of_client = entry.pattern.filter_for(principal)) {
            denials.push_back({&entry, std::move(*of_client)});
        }
    });
    const auto all_denying = [&](const std::string& names) {
        Entries found;
        for (const Denial& denial : denials) {
            if (topic::covers(denial.filter, names)) found.push_back(denial.entry);
        }
        return found;
    };
    Verdict verdict;
    for_each_entry(principal, user, [&](const AccessEntry& entry) {
        if (verdict.is_allowed || !allows(entry.access, Access::Read)) return;
        const std::optional<std::string> of_client = entry.pattern.filter_for(principal);
        const auto both = of_client ? topic::overlap_of(*of_client, filter) : std::nullopt;
        if (!both) return;
        if (entry.access == Access::Subscribe && !topic::covers(*of_client, filter)) {
            if (!verdict.entry) verdict = {false, Verdict::Why::Beyond, &entry};
            return;
        }
        weigh(entry, all_denying(*both), verdict);
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
