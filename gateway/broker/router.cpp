#include "gateway/broker/router.hpp"

#include <algorithm>

namespace kleber::broker {
namespace {

constexpr std::size_t kSeenSlots = 16'384;

void improve(Grant& grant, const Subscription& subscription) {
    grant.is_given = true;
    grant.qos = std::max(grant.qos, subscription.options.qos);
    grant.retain_as_published |= subscription.options.retain_as_published;
}

}  // namespace

Router::Router(const Subscriptions& subscriptions, const Limits& limits)
    : subscriptions_(subscriptions),
      cached_routes_max_(limits.cached_routes_max),
      cached_receivers_max_(limits.cached_receivers_max),
      seen_(kSeenSlots) {}

Route& Router::miss(const port::Message& message) {
    std::uint32_t& seen = seen_[message.topic_hash() % kSeenSlots];
    if (seen != message.topic_hash()) {
        seen = message.topic_hash();
        resolve(message.topic(), uncached_);
        return uncached_;
    }
    std::uint32_t number;
    if (cache_.size() < cached_routes_max_) {
        number = static_cast<std::uint32_t>(cache_.size());
        cache_.emplace_back();
    } else {
        number = oldest_;
        evict_oldest();
    }
    Cached& cached = cache_[number];
    cached.topic = message.topic();
    cached.topic_hash = message.topic_hash();
    by_topic_.insert(cached.topic_hash, number);
    return refresh(cached);
}

Route& Router::refresh(Cached& cached) {
    cached_receivers_ -= cached.route.weight();
    resolve(cached.topic, cached.route);
    cached_receivers_ += cached.route.weight();
    // Very many receivers of very many topics: start again rather than keep them all.
    if (cached_receivers_ <= cached_receivers_max_) return cached.route;
    Route route = std::move(cached.route);
    forget();
    uncached_ = std::move(route);
    return uncached_;
}

void Router::forget() {
    std::vector<Cached>{}.swap(cache_);
    by_topic_ = {};
    oldest_ = 0;
    cached_receivers_ = 0;
    uncached_ = {};
    std::vector<const Subscription*>{}.swap(matches_);
}

void Router::set_authorizer(const port::Authorizer* authorizer) {
    authorizer_ = authorizer;
    forget();
}

void Router::evict_oldest() {
    Cached& going = cache_[oldest_];
    by_topic_.erase(going.topic_hash, oldest_);
    cached_receivers_ -= going.route.weight();
    going.route.receivers.clear();
    going.route.rights.clear();
    oldest_ = (oldest_ + 1) % cached_routes_max_;
}

void Router::resolve(std::string_view topic, Route& route) {
    route.receivers.clear();
    route.groups.clear();
    route.rights.clear();
    route.subscription_ids.clear();
    route.generation = subscriptions_.generation();

    matches_.clear();
    subscriptions_.for_each_matching(topic, [&](const Subscription& subscription) {
        if (subscription.session) {
            matches_.push_back(&subscription);
        } else {
            route.groups.push_back(
                {subscription.group, static_cast<std::uint32_t>(route.rights.size())});
            if (authorizer_ == nullptr) return;
            const SharedGroups::Group& group = subscriptions_.groups().at(subscription.group);
            route.rights.resize(route.rights.size() + group.members.size());
        }
    });
    const auto by_session = [](const Subscription* a, const Subscription* b) {
        return a->session->id < b->session->id;
    };
    if (!std::is_sorted(matches_.begin(), matches_.end(), by_session)) {
        std::sort(matches_.begin(), matches_.end(), by_session);
    }
    // [MQTT-3.3.5-1] One copy for a client, with the highest QoS of its subscriptions and all
    // their identifiers. [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4]
    for (std::size_t begin = 0; begin < matches_.size();) {
        Receiver receiver{.session = matches_[begin]->session, .grant = {}, .own_grant = {}};
        std::size_t end = begin;
        while (end < matches_.size() && matches_[end]->session == receiver.session) ++end;
        if (!may_read(authorizer_, *receiver.session, topic)) {
            begin = end;
            continue;
        }
        const auto collect = [&](Grant& grant, bool is_own) {
            grant.first_id = static_cast<std::uint32_t>(route.subscription_ids.size());
            for (std::size_t at = begin; at < end; ++at) {
                const Subscription& subscription = *matches_[at];
                // [MQTT-3.8.3-3] of 5.0
                if (is_own && subscription.options.no_local) continue;
                improve(grant, subscription);
                if (subscription.subscription_id == 0) continue;
                route.subscription_ids.push_back(subscription.subscription_id);
                ++grant.id_count;
            }
        };
        collect(receiver.grant, false);
        const bool has_no_local = std::any_of(
            matches_.begin() + static_cast<std::ptrdiff_t>(begin),
            matches_.begin() + static_cast<std::ptrdiff_t>(end),
            [](const Subscription* subscription) { return subscription->options.no_local; });
        if (has_no_local) {
            collect(receiver.own_grant, true);
        } else {
            receiver.own_grant = receiver.grant;
        }
        route.receivers.push_back(receiver);
        begin = end;
    }
}

}  // namespace kleber::broker
