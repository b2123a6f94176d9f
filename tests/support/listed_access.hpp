#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/port/authorizer.hpp"

namespace kleber::support {

// Allows what is in a list, word by word: "anna publishes home/door", "anna reads home/door",
// "anna subscribes home/#". Who has no user name goes by the name of the certificate, else by the
// client id. Remembers what it was asked.
class ListedAccess : public port::Authorizer {
  public:
    ListedAccess(std::uint32_t generation, std::initializer_list<const char*> allowed)
        : Authorizer(generation), allowed_(allowed.begin(), allowed.end()) {}

    bool may_publish(const port::Principal& principal, std::string_view topic) const override {
        return is_listed(principal, "publishes", topic);
    }
    bool may_read(const port::Principal& principal, std::string_view topic) const override {
        return is_listed(principal, "reads", topic);
    }
    bool may_subscribe(const port::Principal& principal, std::string_view filter) const override {
        return is_listed(principal, "subscribes", filter);
    }

    // Since the last call.
    std::size_t take_asked_count() const {
        const std::size_t count = asked_.size();
        asked_.clear();
        return count;
    }

  private:
    bool is_listed(const port::Principal& principal, std::string_view verb,
                   std::string_view topic) const {
        std::string_view name = principal.user;
        if (name.empty()) name = principal.common_name;
        if (name.empty()) name = principal.client_id;
        std::string question{name};
        question.append(" ").append(verb).append(" ").append(topic);
        asked_.push_back(question);
        return allowed_.contains(question);
    }

    const std::set<std::string> allowed_;
    mutable std::vector<std::string> asked_;
};

inline std::shared_ptr<const ListedAccess> allow_only(std::uint32_t generation,
                                                      std::initializer_list<const char*> allowed) {
    return std::make_shared<const ListedAccess>(generation, allowed);
}

}  // namespace kleber::support
