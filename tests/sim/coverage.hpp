#pragma once

#include <array>
#include <cstdint>
#include <string_view>

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

class Coverage {
  public:
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Seen::Count)> kNames{
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

    void add(Seen what, std::uint64_t count = 1) {
        counts_[static_cast<std::size_t>(what)] += count;
    }
    std::uint64_t operator[](std::size_t what) const { return counts_[what]; }
    bool operator==(const Coverage&) const = default;

  private:
    std::array<std::uint64_t, kNames.size()> counts_{};
};

}  // namespace kleber::sim
