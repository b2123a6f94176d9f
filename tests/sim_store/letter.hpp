#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "gateway/base/qos.hpp"
#include "gateway/base/time.hpp"

namespace kleber::sim_store {

// What went wrong in a simulation: thrown by whoever sees it, printed with the seed.
struct Difference {
    std::string text;
};

// All that happens has a number, which rises.
using Event = std::uint64_t;
inline constexpr Event kAlways = std::numeric_limits<Event>::max();

// What a client publishes: its number is the beginning of its payload, by which it is known again.
struct Letter {
    int publisher = 0;
    std::string_view topic{};
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool is_clearing = false;  // no payload: the topic's retained message is to go
    bool is_will = false;
    std::uint32_t expiry_seconds = 0;  // 0: never

    // What the model knows of it.
    Event first_sent = 0;
    Event last_sent = 0;
    Event last_handled = kAlways;  // by the broker, at the latest
    SteadyTime last_sent_at{};
    bool is_acknowledged = false;
};

// Those under s/ are for the shared group alone, so that nobody gets one of them twice by right.
inline constexpr std::string_view kTopics[] = {"a", "b/1", "b/2", "c/d", "s/1", "s/2"};
inline constexpr std::string_view kFilters[] = {"a", "b/+", "b/1", "c/#", "+/d", "$share/g/s/+"};
inline constexpr std::string_view kSharedTopics = "s/";
inline constexpr std::string_view kRuleTopics = "rule/";  // no letters: what rules do
inline constexpr std::string_view kSharePrefix = "$share/g/";

inline bool is_shared(std::string_view filter) {
    return filter.starts_with(kSharePrefix);
}
inline std::string_view without_share(std::string_view filter) {
    return is_shared(filter) ? filter.substr(kSharePrefix.size()) : filter;
}

}  // namespace kleber::sim_store
