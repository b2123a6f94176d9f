#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/hash_index.hpp"
#include "gateway/broker/session.hpp"
#include "gateway/broker/shared_groups.hpp"
#include "gateway/port/request.hpp"
#include "gateway/topic/tree.hpp"

namespace kleber::broker {

// One client's subscription to one filter. Members of two lists: all of a filter and all of a
// session. A shared group stands in its filter's list as an entry without session; its members
// stand in the group.
struct Subscription {
    Session* session = nullptr;
    std::uint32_t group = kNoGroup;
    std::uint32_t subscription_id = 0;  // 0: none
    port::SubscriptionOptions options;
    topic::NodeId filter{};
    std::uint32_t next_of_filter = kNoSubscription;
    std::uint32_t previous_of_filter = kNoSubscription;
    std::uint32_t next_of_session = kNoSubscription;
    std::uint32_t previous_of_session = kNoSubscription;

    bool is_taken() const { return session != nullptr || group != kNoGroup; }
};

// Who wants what. Any change makes a new generation, by which remembered answers are known to be
// old.
class Subscriptions {
  public:
    explicit Subscriptions(std::uint64_t seed) : tree_(seed), groups_(seed) {}

    enum class Added : std::uint8_t { New, Replaced };
    // `filter` is valid and may be shared.
    Added add(Session& session, std::string_view filter, const port::SubscriptionOptions& options,
              std::uint32_t subscription_id);
    bool has(const Session& session, std::string_view filter) const {
        return locate(session, filter) != kNoSubscription;
    }
    // The shared group that the session is in by this filter, or kNoGroup.
    std::uint32_t group_of(const Session& session, std::string_view filter) const {
        const std::uint32_t number = locate(session, filter);
        return number == kNoSubscription ? kNoGroup : table_[number].group;
    }
    // False if there was none.
    bool remove(Session& session, std::string_view filter);
    void remove_all(Session& session);
    // Gives back the memory of those that are gone, as far as nobody stands behind them.
    void shrink();

    // visit(const Subscription&) for each that matches the name: a client's own, or a group's entry
    // (then `session` is null and `group` is set).
    template <typename Visit>
    void for_each_matching(std::string_view name, Visit&& visit) const {
        tree_.for_each_filter_matching(name, [&](std::uint32_t head) {
            for (std::uint32_t at = head; at != kNoSubscription; at = table_[at].next_of_filter) {
                visit(table_[at]);
            }
        });
    }
    // visit(group) for each shared group of the session; one may come twice.
    template <typename Visit>
    void for_each_group(const Session& session, Visit&& visit) const {
        for (std::uint32_t at = session.first_subscription; at != kNoSubscription;
             at = table_[at].next_of_session) {
            if (table_[at].group != kNoGroup) visit(table_[at].group);
        }
    }
    const Subscription& at(std::uint32_t number) const { return table_[number]; }
    SharedGroups& groups() { return groups_; }
    const SharedGroups& groups() const { return groups_; }

    std::uint64_t generation() const { return generation_; }
    // Something else has changed on which the answers depend: what a client may read.
    void make_new_generation() { ++generation_; }
    std::size_t count() const { return by_session_and_filter_.size(); }
    std::size_t shared_count() const { return shared_count_; }

  private:
    std::uint32_t take_slot();
    void link(std::uint32_t number);
    void unlink_from_filter(std::uint32_t number);
    void erase(std::uint32_t number);
    std::uint32_t locate(const Session& session, std::string_view filter) const;
    std::uint32_t find(const Session& session, topic::NodeId filter, std::uint32_t group) const;
    std::uint32_t hash(const Session& session, topic::NodeId filter, std::uint32_t group) const;

    topic::Tree tree_;
    std::vector<Subscription> table_;
    std::vector<std::uint32_t> free_;
    HashIndex by_session_and_filter_;
    SharedGroups groups_;
    std::size_t shared_count_ = 0;
    std::uint64_t generation_ = 1;
};

}  // namespace kleber::broker
