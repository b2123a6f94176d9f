#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/ring.hpp"
#include "gateway/broker/client_states.hpp"
#include "gateway/broker/outbound.hpp"
#include "gateway/broker/retained.hpp"
#include "gateway/broker/session.hpp"
#include "gateway/broker/session_table.hpp"
#include "gateway/broker/turn.hpp"
#include "gateway/port/authorizer.hpp"

namespace kleber::broker {

// Brings retained messages to new subscriptions, in slices, so that nobody waits for a client that
// asks for a hundred thousand of them. A session without credit pauses and goes on with it.
class Replayer {
  public:
    Replayer(SessionTable& sessions, Retained& retained, ClientStates& states, Outbound& outbound)
        : sessions_(sessions), retained_(retained), states_(states), outbound_(outbound) {}

    void start(Session& session, std::string_view filter, const port::SubscriptionOptions& options,
               std::uint32_t subscription_id);
    // The subscription is gone or was made anew: nothing more for it.
    void cancel(Session& session, std::string_view filter);
    // The session may have credit again.
    void wake(Session& session);
    void forget(Session& session);

    // Only what may be read is sent; null: all may read everything. It outlives this, or the next
    // call.
    void set_authorizer(const port::Authorizer* authorizer) { authorizer_ = authorizer; }

    bool has_work() const { return !active_.empty(); }
    void work(Turn& turn);

  private:
    // One slice: about as many steps in the tree, and at most as many messages.
    static constexpr std::size_t kStepsPerSlice = 2000;
    // What may not be read takes no credit; to find out takes as long as so many steps.
    static constexpr std::size_t kStepsPerDenial = 9;

    enum class Progress : std::uint8_t { Unfinished, Paused, Done };
    Progress advance(Session& session, Replay& replay, std::size_t& steps_left, Turn& turn);
    Progress advance_states(Session& session, Replay& replay, std::size_t& steps_left, Turn& turn);
    void send(Session& session, const Replay& replay, const port::MessageRef& message,
              std::size_t& steps_left, Turn& turn);

    SessionTable& sessions_;
    Retained& retained_;
    ClientStates& states_;
    Outbound& outbound_;
    const port::Authorizer* authorizer_ = nullptr;
    Ring<port::SessionId> active_;  // in turn
};

}  // namespace kleber::broker
