#include "gateway/broker/subscriptions.hpp"

#include "gateway/base/assert.hpp"
#include "gateway/base/hash.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::broker {

Subscriptions::Added Subscriptions::add(Session& session, std::string_view filter,
                                        const port::SubscriptionOptions& options,
                                        std::uint32_t subscription_id) {
    ++generation_;
    const topic::SharedFilter parts = topic::parse_shared(filter);
    const topic::NodeId node = tree_.insert(parts.filter);
    std::uint32_t group = kNoGroup;
    if (parts.sharing == topic::Sharing::Shared) {
        group = groups_.find(parts.group, node);
        if (group == kNoGroup) {
            const std::uint32_t entry = take_slot();
            group = groups_.create(parts.group, node, entry, filter);
            table_[entry].group = group;
            table_[entry].filter = node;
            link(entry);
        }
    }

    std::uint32_t number = find(session, node, group);
    const Added added = number == HashIndex::kNone ? Added::New : Added::Replaced;
    if (added == Added::New) {
        number = take_slot();
        Subscription& fresh = table_[number];
        fresh.session = &session;
        fresh.group = group;
        fresh.filter = node;
        by_session_and_filter_.insert(hash(session, node, group), number);
        if (group == kNoGroup) {
            link(number);
        } else {
            groups_.add_member(group, number);
            ++shared_count_;
        }
        fresh.next_of_session = session.first_subscription;
        if (session.first_subscription != kNoSubscription) {
            table_[session.first_subscription].previous_of_session = number;
        }
        session.first_subscription = number;
        ++session.subscription_count;
    }
    table_[number].options = options;
    table_[number].subscription_id = subscription_id;
    return added;
}

bool Subscriptions::remove(Session& session, std::string_view filter) {
    const std::uint32_t number = locate(session, filter);
    if (number == kNoSubscription) return false;
    erase(number);
    return true;
}

std::uint32_t Subscriptions::locate(const Session& session, std::string_view filter) const {
    static_assert(kNoSubscription == HashIndex::kNone);
    const topic::SharedFilter parts = topic::parse_shared(filter);
    if (parts.sharing == topic::Sharing::Malformed) return kNoSubscription;
    const std::optional<topic::NodeId> node = tree_.find(parts.filter);
    if (!node) return kNoSubscription;
    if (parts.sharing == topic::Sharing::NotShared) return find(session, *node, kNoGroup);
    const std::uint32_t group = groups_.find(parts.group, *node);
    return group == kNoGroup ? kNoSubscription : find(session, *node, group);
}

void Subscriptions::remove_all(Session& session) {
    while (session.first_subscription != kNoSubscription) erase(session.first_subscription);
}

void Subscriptions::erase(std::uint32_t number) {
    ++generation_;
    Subscription& going = table_[number];
    Session& session = *going.session;
    by_session_and_filter_.erase(hash(session, going.filter, going.group), number);

    if (going.previous_of_session == kNoSubscription) {
        session.first_subscription = going.next_of_session;
    } else {
        table_[going.previous_of_session].next_of_session = going.next_of_session;
    }
    if (going.next_of_session != kNoSubscription) {
        table_[going.next_of_session].previous_of_session = going.previous_of_session;
    }
    --session.subscription_count;

    if (going.group == kNoGroup) {
        unlink_from_filter(number);
    } else {
        --shared_count_;
        groups_.remove_member(going.group, number);
        if (groups_.at(going.group).members.empty()) {
            const std::uint32_t entry = groups_.at(going.group).entry;
            unlink_from_filter(entry);
            table_[entry] = {};
            free_.push_back(entry);
            groups_.erase(going.group);
        }
    }
    table_[number] = {};
    free_.push_back(number);
}

void Subscriptions::shrink() {
    while (!table_.empty() && !table_.back().is_taken()) table_.pop_back();
    std::erase_if(free_, [&](std::uint32_t number) { return number >= table_.size(); });
    table_.shrink_to_fit();
    free_.shrink_to_fit();
}

std::uint32_t Subscriptions::take_slot() {
    if (free_.empty()) {
        table_.emplace_back();
        return static_cast<std::uint32_t>(table_.size() - 1);
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    return number;
}

void Subscriptions::link(std::uint32_t number) {
    Subscription& linked = table_[number];
    const std::uint32_t head = tree_.value(linked.filter);
    if (head != topic::kNoValue) {
        linked.next_of_filter = head;
        table_[head].previous_of_filter = number;
    }
    tree_.set_value(linked.filter, number);
}

void Subscriptions::unlink_from_filter(std::uint32_t number) {
    const Subscription& going = table_[number];
    if (going.next_of_filter != kNoSubscription) {
        table_[going.next_of_filter].previous_of_filter = going.previous_of_filter;
    }
    if (going.previous_of_filter != kNoSubscription) {
        table_[going.previous_of_filter].next_of_filter = going.next_of_filter;
    } else if (going.next_of_filter != kNoSubscription) {
        tree_.set_value(going.filter, going.next_of_filter);
    } else {
        tree_.clear_value(going.filter);
    }
}

std::uint32_t Subscriptions::hash(const Session& session, topic::NodeId filter,
                                  std::uint32_t group) const {
    return static_cast<std::uint32_t>(
        hash_mix(std::uint64_t{session.id.value} << 32 | group, filter.value));
}

std::uint32_t Subscriptions::find(const Session& session, topic::NodeId filter,
                                  std::uint32_t group) const {
    return by_session_and_filter_.find(hash(session, filter, group), [&](std::uint32_t number) {
        const Subscription& candidate = table_[number];
        return candidate.session == &session && candidate.filter == filter &&
               candidate.group == group;
    });
}

}  // namespace kleber::broker
