#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/access_index.hpp"
#include "gateway/auth/access_rules.hpp"
#include "gateway/port/authorizer.hpp"

namespace kleber::auth {

enum class Question : std::uint8_t { Publish, Read, Subscribe };

// What was decided, and why.
struct Verdict {
    enum class Why : std::uint8_t {
        Entry,         // `entry` decides
        NoEntry,       // nothing allows it
        Beyond,        // the filter matches more than what `entry` lets subscribe to
        Admin,         // may do everything
        Unrestricted,  // there is no ACL file, and nothing restricts this client
        Unknown        // there is no ACL file, and the users' file does not know the name
    };
    bool is_allowed = false;
    Why why = Why::NoEntry;
    // Of the table that was asked: what decides, and what it is an exception to.
    const AccessEntry* entry = nullptr;
    std::vector<const AccessEntry*> beaten{};
};

// The rules, ready to be asked.
//
// An entry that allows what is asked counts if it is an exception to every `deny` that matches: its
// filter matches nothing that the other one does not, it is not less precise about whom it is about
// (client, then user and anonymous, group, everybody), and the two are not the same in both. So
// where neither is clearly the exception, `deny` wins. Without an entry that counts it is not
// allowed. The order of entries means nothing.
//
// A subscription is allowed where such an entry exists for names that its filter matches: for a
// `subscribe` entry for all of them. It need not see that several `deny` together leave nothing:
// each message is decided again.
class AccessTable : public port::Authorizer {
  public:
    // A user with filters of his own may do what they say and what `file` allows; who is an admin
    // may do everything. Without `file` everything is allowed to users without filters and to
    // anonymous clients, and nothing to names that `users`, if there are any, do not know: who has
    // just been removed, or whom only a certificate names, is not free of what others have to obey.
    AccessTable(std::uint32_t generation, std::optional<AccessRules> file, const UsersRules& users);

    bool may_publish(const port::Principal& principal, std::string_view topic) const override {
        return decide(Question::Publish, principal, topic).is_allowed;
    }
    bool may_read(const port::Principal& principal, std::string_view topic) const override {
        return decide(Question::Read, principal, topic).is_allowed;
    }
    bool may_subscribe(const port::Principal& principal, std::string_view filter) const override {
        return decide(Question::Subscribe, principal, filter).is_allowed;
    }
    // `text` is a valid name, for Subscribe a valid filter.
    Verdict decide(Question question, const port::Principal& principal,
                   std::string_view text) const;

  private:
    using List = AccessIndex::List;
    using Entries = std::vector<const AccessEntry*>;
    using ByName = std::map<std::string, List, std::less<>>;
    struct User {
        std::optional<List> own;
        std::vector<List> groups;
        bool is_admin = false;
        bool is_restricted = false;
    };

    void add(const UserRules& user);
    void add(AccessEntry entry);
    List list_for(const AccessEntry& entry);
    const User* find_user(const port::Principal& principal) const;
    // visit(list) for each that is about this client, from the most precise on, until it says
    // false.
    template <typename Visit>
    void for_each_list(const port::Principal& principal, const User* user, Visit&& visit) const;
    Verdict decide_topic(Access access, const port::Principal& principal, const User* user,
                         std::string_view topic) const;
    // What denies all that the filter matches.
    Entries denials_of(const port::Principal& principal, const User* user,
                       std::string_view filter) const;
    Verdict decide_filter(const port::Principal& principal, const User* user,
                          std::string_view filter) const;

    const bool has_file_;
    const bool has_users_;
    std::vector<AccessEntry> entries_;
    AccessIndex index_;
    const List everybody_ = index_.add_list();
    const List anonymous_ = index_.add_list();
    bool denies_something_ = false;
    std::map<std::string, User, std::less<>> users_;
    ByName groups_;
    ByName clients_;
};

// The table for these rules; null, and everything is allowed to everybody, if there is no file and
// nobody has filters.
std::shared_ptr<const AccessTable> make_authorizer(std::uint32_t generation,
                                                   std::optional<AccessRules> file,
                                                   const UsersRules& users);

}  // namespace kleber::auth
