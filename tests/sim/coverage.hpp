#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tests/support/tally.hpp"

namespace kleber::sim {

// What a run has seen. One that never saw something has not tested it.
enum class Seen : std::uint8_t {
    Takeovers,
    Resumes,
    Expiries,
    Wills,
    DelayedWills,
    SharedRedeliveries,
    DropsQueueFull,
    DropsExpired,
    DropsTooLarge,
    DropsNoReceiver,
    RetainedReplays,
    RetainedReplaysPaused,
    RetainedExpiries,
    RetainedRefusals,
    AliasesFromClients,
    AliasesToClients,
    ExactlyOnceRepeats,
    RepeatedDeliveries,
    RepeatedReleases,
    RefusedDeliveries,
    OverlappingSubscriptions,
    OwnMessagesSpared,
    HalfPackets,
    LostLinks,
    KeepAliveTimeouts,
    Kicks,
    SessionsRefused,
    SubscriptionsRefused,
    Count,
};

using Coverage = support::Tally<Seen>;

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Seen::Count)> kSights{
    "takeovers",
    "resumes",
    "expiries",
    "wills",
    "delayed wills",
    "shared redeliveries",
    "drops: queue full",
    "drops: expired",
    "drops: too large",
    "drops: no receiver",
    "retained replays",
    "retained replays paused",
    "retained expiries",
    "retained refusals",
    "aliases from clients",
    "aliases to clients",
    "QoS 2 repeats from clients",
    "repeated deliveries",
    "repeated releases",
    "refused deliveries",
    "overlapping subscriptions",
    "own messages spared",
    "half packets",
    "lost links",
    "keep alive timeouts",
    "kicks",
    "sessions refused",
    "subscriptions refused",
};

}  // namespace kleber::sim
