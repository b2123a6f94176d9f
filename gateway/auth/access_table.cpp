#include "gateway/auth/access_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/topic/name.hpp"
#include "gateway/topic/overlap.hpp"

namespace kleber::auth {
namespace {

constexpr std::size_t kPrecisions = 4;

// How precisely an entry says whom it is about.
std::size_t precision_of(Who who) {
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

bool is_exception(const AccessEntry& allow, const AccessEntry& deny) {
    const std::size_t allow_precision = precision_of(allow.who);
    const std::size_t deny_precision = precision_of(deny.who);
    const int filters = allow.pattern.rank().compare(deny.pattern.rank());
    return filters >= 0 && allow_precision >= deny_precision &&
           (filters > 0 || allow_precision > deny_precision);
}

// The entries that match: of those about the same precision only the most specific filter counts,
// for it beats what the others beat, and more.
class Contest {
  public:
    void add(const AccessEntry& entry) {
        auto& side = entry.access == Access::Deny ? denying_ : allowing_;
        const AccessEntry*& best = side[precision_of(entry.who)];
        if (!best || best->pattern.rank() < entry.pattern.rank()) best = &entry;
    }
    Verdict result() const {
        const AccessEntry* denial = nullptr;
        for (std::size_t at = kPrecisions; at-- > 0;) {
            if (!allowing_[at]) continue;
            const AccessEntry* stronger = denial_of(allowing_[at]);
            if (!stronger) return {true, Verdict::Why::Entry, allowing_[at]};
            if (!denial) denial = stronger;
        }
        if (!denial) denial = denial_of(nullptr);
        return {false, denial ? Verdict::Why::Entry : Verdict::Why::NoEntry, denial};
    }

  private:
    using Side = std::array<const AccessEntry*, kPrecisions>;

    // What denies it in spite of `allow`, or null.
    const AccessEntry* denial_of(const AccessEntry* allow) const {
        for (std::size_t at = kPrecisions; at-- > 0;) {
            if (denying_[at] && !(allow && is_exception(*allow, *denying_[at]))) {
                return denying_[at];
            }
        }
        return nullptr;
    }

    Side allowing_{};
    Side denying_{};
};

}  // namespace

AccessTable::AccessTable(std::uint32_t generation, std::optional<AccessRules> file,
                         const std::vector<UserRules>& users)
    : Authorizer(generation), has_file_(file.has_value()) {
    if (file) {
        for (AccessEntry& entry : file->entries) add(std::move(entry));
        for (AccessRules::Member& member : file->members) {
            users_[member.user].groups.push_back(std::move(member.group));
        }
    }
    for (const UserRules& user : users) add(user);
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
    visit_all(everybody_);
    if (principal.user.empty()) visit_all(anonymous_);
    if (user) {
        visit_all(user->entries);
        for (const std::string& group : user->groups) visit_named(groups_, group);
    }
    visit_named(clients_, principal.client_id);
}

Verdict AccessTable::decide(Question question, const port::Principal& principal,
                            std::string_view text) const {
    const User* user = find_user(principal);
    if (user && user->is_admin) return {true, Verdict::Why::Admin, nullptr};
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
    Contest contest;
    for_each_entry(principal, user, [&](const AccessEntry& entry) {
        if (entry.access != Access::Deny && !allows(entry.access, access)) return;
        if (entry.pattern.matches(principal, topic)) contest.add(entry);
    });
    return contest.result();
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
    const auto denial_of = [&](const AccessEntry& allow, const std::string& names) {
        const auto found = std::find_if(denials.begin(), denials.end(), [&](const Denial& denial) {
            return !is_exception(allow, *denial.entry) && topic::covers(denial.filter, names);
        });
        return found == denials.end() ? nullptr : found->entry;
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
        const AccessEntry* denial = denial_of(entry, *both);
        verdict = {denial == nullptr, Verdict::Why::Entry, denial ? denial : &entry};
    });
    return verdict;
}

port::AuthorizerRef make_authorizer(std::uint32_t generation, std::optional<AccessRules> file,
                                    const std::vector<UserRules>& users) {
    const bool is_anybody_restricted =
        std::any_of(users.begin(), users.end(), [](const UserRules& user) {
            return !user.is_admin && (!user.publish.empty() || !user.subscribe.empty());
        });
    if (!file && !is_anybody_restricted) return nullptr;
    return std::make_shared<const AccessTable>(generation, std::move(file), users);
}

}  // namespace kleber::auth
