#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"
#include "tests/sim/random.hpp"

namespace kleber::sim {

// A bug planted between the broker and its connections.
enum class Bug : std::uint8_t {
    None,
    LosesAcknowledgement,
    DeliversExactlyOnceTwice,
    ForgetsRelease,
    SwallowsWill,
    TurnsRetainFlag,
    IgnoresTakeover,
    KeepsExpiredSession,
    DropsUncounted,
    Reorders,
    SharesWithTwo,
    LosesOnResume,
    MixesUpSubscriptionIds,
    Count,
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Bug::Count)> kBugNames{
    "none",
    "loses an acknowledgement",
    "delivers a QoS 2 message twice",
    "forgets a release",
    "swallows a will",
    "turns the retain flag around",
    "does not close who was taken over",
    "keeps a session past its expiry",
    "drops without counting",
    "reorders deliveries",
    "gives a shared message to two members",
    "loses a message on resume",
    "leaves out a subscription identifier",
};

// Does its bug now and then, and seldom, as bugs do.
class Saboteur {
  public:
    Saboteur(Bug bug, std::uint64_t seed) : bug_(bug), random_(seed) {}

    void spoil(port::Request& request);
    void spoil(std::vector<port::Reply>& replies);

  private:
    bool is_time() { return random_.chance(10); }

    Bug bug_;
    Random random_;
    std::optional<port::Token> resumed_;    // who has just come back
    std::optional<port::Token> neighbour_;  // who got something of a shared group
};

}  // namespace kleber::sim
