#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/reason_code.hpp"
#include "gateway/base/ring.hpp"
#include "gateway/base/time.hpp"
#include "gateway/broker/delivery_queue.hpp"
#include "gateway/broker/inbound.hpp"
#include "gateway/broker/memories.hpp"
#include "gateway/broker/place.hpp"
#include "gateway/broker/promises.hpp"
#include "gateway/broker/replay.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"

namespace kleber::broker {

inline constexpr std::uint32_t kNoSubscription = ~std::uint32_t{0};

struct HeldAcknowledgement {
    PromiseId promise = kNoPromise;
    port::Settled settled;
};

// What the broker knows of one client, online or not. Plain data: the nouns of this folder each
// look after their part of it.
struct Session {
    port::SessionId id;
    port::Generation generation{};  // of the present or last attachment

    // Where its replies go while it is online. While it is attaching, it waits until its record is
    // safe.
    bool is_online = false;
    bool is_attaching = false;
    port::SeatId seat{};
    port::Token token{};

    // Outgoing (see outbound.hpp). Credit of bytes may become negative with the last message. All
    // in flight but the interrupted take a slot, released ones too: so their number stays limited
    // however often a client comes back. They may be more than a new connection allows.
    std::uint32_t slots_taken = 0;
    std::uint16_t slots_max = 0;
    std::int64_t bytes_left = 0;
    port::QueueLimits queue_limits;
    std::unique_ptr<DeliveryQueue> deliveries;  // none until QoS 1, 2 or a queue needs it
    std::unique_ptr<Replays> replays;           // of retained messages, while there are any
    std::uint32_t held_subacks = 0;             // while there are some, replays wait
    std::uint64_t dropped_count = 0;

    // Incoming: QoS 2 publishes that are not yet released.
    std::unique_ptr<InboundIds> inbound_ids;

    // What it was asked to remember, while there is something.
    std::unique_ptr<Memories> memories;

    // Subscriptions (see subscriptions.hpp), a list.
    std::uint32_t first_subscription = kNoSubscription;
    std::uint32_t subscription_count = 0;

    // Acknowledgements that wait for promises, in the order of its publishes.
    std::unique_ptr<Ring<HeldAcknowledgement>> held;

    // What must survive of it: its record, if it has one, and with `is_kept` all that is its own.
    Place place = kNoPlace;
    bool is_kept = false;
    bool was_cut_off = false;  // online when the gateway ended, and not back yet
    bool hears_refusals = false;

    // How it ends.
    Duration expiry{0};
    std::unique_ptr<port::Will> will;

    // As whom it was let in, which says what it may do; and whether it is a part of the gateway,
    // which may do everything.
    std::string client_id;
    std::string user;
    std::string common_name;
    bool is_ours = false;
    // False: it was kept by a gateway that did not know its users. Until it is back all is kept for
    // it, and then looked at.
    bool is_identified = true;
    // Something in `deliveries` has waited since before that changed, or what it allows.
    bool has_unchecked = false;

    // For people.
    std::string address;
    std::string protocol;
    WallTime since{};
    ReasonCode last_end = ReasonCode::Success;
    bool has_ended_before = false;

    port::Principal principal() const {
        return {.user = user, .client_id = client_id, .common_name = common_name};
    }
    bool has_slot() const { return slots_taken < slots_max; }
    bool has_waiting() const { return deliveries && deliveries->has_waiting(); }
    DeliveryQueue& need_deliveries() {
        if (!deliveries) deliveries = std::make_unique<DeliveryQueue>();
        return *deliveries;
    }
};

// Whether messages of the topic may come to the session; without an authorizer to all of them.
inline bool may_read(const port::Authorizer* authorizer, const Session& session,
                     std::string_view topic) {
    return authorizer == nullptr || session.is_ours || !session.is_identified ||
           authorizer->may_read(session.principal(), topic);
}

}  // namespace kleber::broker
