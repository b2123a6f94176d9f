#pragma once

#include <cstdint>

#include "gateway/base/ring.hpp"
#include "gateway/port/request.hpp"
#include "gateway/topic/cursor.hpp"

namespace kleber::broker {

// Retained messages on their way to one new subscription.
struct Replay {
    topic::Cursor cursor;
    port::SubscriptionOptions options;
    std::uint32_t subscription_id = 0;
    // What was retained after this came to the client as it was published.
    std::uint64_t serial_at_start = 0;
    // The states of clients come after the messages (see client_states.hpp).
    std::uint32_t next_client_slot = 0;
    bool is_past_messages = false;
};

// Of one session, one after the other.
using Replays = Ring<Replay>;

}  // namespace kleber::broker
