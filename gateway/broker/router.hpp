#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/hash_index.hpp"
#include "gateway/broker/limits.hpp"
#include "gateway/broker/subscriptions.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/message.hpp"

namespace kleber::broker {

// What one client is to get of a topic: the best of all its matching subscriptions.
struct Grant {
    Qos qos = Qos::AtMostOnce;
    bool is_given = false;
    bool retain_as_published = false;
    std::uint16_t id_count = 0;
    std::uint32_t first_id = 0;  // in Route::subscription_ids
};

struct Receiver {
    Session* session = nullptr;
    Grant grant;      // for messages of others
    Grant own_grant;  // for its own: without the subscriptions that want none of those
};

// Whether a member of a shared group may read the topic, where there is a table.
enum class Right : std::uint8_t { Unasked, Yes, No };

struct RouteGroup {
    std::uint32_t group;        // its number
    std::uint32_t first_right;  // in Route::rights: of its first member, then of each
};

// Where the messages of one topic go.
struct Route {
    std::vector<Receiver> receivers;
    std::vector<RouteGroup> groups;
    std::vector<Right> rights;  // none without a table
    std::vector<std::uint32_t> subscription_ids;
    std::uint64_t generation = 0;

    std::span<const std::uint32_t> ids_of(const Grant& grant) const {
        return std::span{subscription_ids}.subspan(grant.first_id, grant.id_count);
    }
    // Of the group's members, to be filled in as they are asked for; null without a table.
    Right* rights_of(const RouteGroup& group) {
        return rights.empty() ? nullptr : rights.data() + group.first_right;
    }
    // What is counted of it where many are remembered.
    std::size_t weight() const { return receivers.size() + rights.size(); }
};

// Finds the route of a topic, and remembers those of topics that come again.
class Router {
  public:
    Router(const Subscriptions& subscriptions, const Limits& limits);

    // Good until the next call and until a subscription changes.
    Route& route(const port::Message& message) {
        const std::uint32_t number =
            by_topic_.find(message.topic_hash(), [&](std::uint32_t candidate) {
                // Not ==, which g++ makes a call of more instructions than the comparison has.
                return std::ranges::equal(cache_[candidate].topic, message.topic());
            });
        if (number == HashIndex::kNone) return miss(message);
        Cached& cached = cache_[number];
        if (cached.route.generation == subscriptions_.generation()) return cached.route;
        return refresh(cached);
    }

    // The same, without a look at the cache or a trace in it.
    const Route& route_once(std::string_view topic) {
        resolve(topic, uncached_);
        return uncached_;
    }
    // All that is remembered, and its memory. Routes given out are void.
    void forget();
    // Only receivers that may read a topic are in its route; null: all may. It outlives this, or
    // the next call. Routes given out are void.
    void set_authorizer(const port::Authorizer* authorizer);

  private:
    struct Cached {
        std::string topic;
        std::uint32_t topic_hash = 0;
        Route route;
    };

    Route& miss(const port::Message& message);
    Route& refresh(Cached& cached);
    void resolve(std::string_view topic, Route& route);
    void evict_oldest();

    const Subscriptions& subscriptions_;
    const port::Authorizer* authorizer_ = nullptr;
    std::uint32_t cached_routes_max_;
    std::uint32_t cached_receivers_max_;

    std::vector<Cached> cache_;
    HashIndex by_topic_;
    std::uint32_t oldest_ = 0;  // the next to go
    std::size_t cached_receivers_ = 0;
    // The hashes of topics seen lately: only what comes twice is worth remembering.
    std::vector<std::uint32_t> seen_;
    Route uncached_;
    std::vector<const Subscription*> matches_;  // resolve()'s; kept for its memory
};

}  // namespace kleber::broker
