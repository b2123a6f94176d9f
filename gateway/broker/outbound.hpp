#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gateway/broker/delivery.hpp"
#include "gateway/broker/held.hpp"
#include "gateway/broker/ledger.hpp"
#include "gateway/broker/session.hpp"
#include "gateway/broker/shared_groups.hpp"
#include "gateway/broker/turn.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/report.hpp"
#include "gateway/port/request.hpp"

namespace kleber::broker {

// Decides for one receiver: now, later or never. A session that is online gets a delivery at once
// while it has credit and nothing waits before it; all others wait in its queue.
class Outbound {
  public:
    Outbound(port::BrokerStatistics& statistics, const SharedGroups& groups, Ledger& ledger,
             Held& held)
        : statistics_(statistics), groups_(groups), ledger_(ledger), held_(held) {}

    // What has waited is looked at again as it leaves (Session::has_unchecked); null: all may read
    // everything. It outlives this, or the next call.
    void set_authorizer(const port::Authorizer* authorizer) { authorizer_ = authorizer; }

    enum class Outcome : std::uint8_t { Sent, Queued, Dropped };

    // How a message is to be delivered: what the subscription made of it.
    struct Terms {
        Qos qos = Qos::AtMostOnce;
        bool retain = false;
        std::uint32_t group = kNoGroup;
    };

    // True if a delivery of this QoS would leave at once.
    static bool can_send(const Session& session, Qos qos) {
        return session.is_online && session.bytes_left > 0 && !session.has_waiting() &&
               (qos == Qos::AtMostOnce || session.has_slot());
    }
    // True if the queue would take the message without dropping another one.
    static bool has_room(const Session& session, const port::Message& message);
    Outcome deliver(Session& session, const port::MessageRef& message, const Terms& terms,
                    std::span<const std::uint32_t> subscription_ids, Turn& turn);

    // Sends what waits, as far as the credit goes.
    void drain(Session& session, Turn& turn);
    // After attaching: repeats what is in flight, in its order, then drains.
    void resume(Session& session, Turn& turn);
    void acknowledge(Session& session, const port::Acknowledge& acknowledge, Turn& turn);
    void add_credit(Session& session, port::SendCredit credit, Turn& turn);

    // What waited for a member of a shared group that may not read it any more: still its group's.
    struct Orphan {
        std::uint32_t group = kNoGroup;
        port::MessageRef message;
    };
    // Since the last call; to be asked for after each of the three above.
    bool has_orphans() const { return !orphans_.empty(); }
    std::vector<Orphan> take_orphans() { return std::exchange(orphans_, {}); }

    // The session has lost its connection: what was sent must be repeated.
    void suspend(Session& session);
    // The session has left the group: what it has of it stays its own.
    void leave_group(Session& session, std::uint32_t group);
    // The session is about to be erased.
    void forget(Session& session);
    // A delivery as it was when the gateway ended.
    void restore(Session& session, Delivery delivery);
    // Takes out what `is_wanted(delivery)` says, to be delivered to somebody else. The session is
    // suspended.
    template <typename IsWanted, typename Take>
    void extract(Session& session, IsWanted&& is_wanted, Take&& take) {
        if (!session.deliveries) return;
        session.deliveries->extract(is_wanted, [&](Delivery delivery) {
            ledger_.hand_over(session, delivery);
            uncount(delivery);
            take(std::move(delivery));
        });
    }

  private:
    void send(Session& session, Delivery delivery, Turn& turn);
    // To the client, once the delivery's record is safe if that must come first.
    void reply(Session& session, const Delivery& delivery, port::Reply reply, Turn& turn);
    void keep(const Session& session, Delivery& delivery);
    void repeat(Session& session, Turn& turn);
    void take_back_interrupted(Session& session, Turn& turn);
    // PUBREC came, or is taken for granted.
    void become_released(Session& session, Delivery& delivery, Turn& turn);
    Outcome enqueue(Session& session, Delivery delivery);
    void finish(Session& session, Delivery* delivery);
    void drop(Session& session, port::DropReason reason);
    // It may not be read any more, and is taken out by the caller.
    void withhold(Session& session, Delivery& delivery);
    void count(const Delivery& delivery);
    void uncount(const Delivery& delivery);

    port::BrokerStatistics& statistics_;
    const SharedGroups& groups_;
    Ledger& ledger_;
    Held& held_;
    const port::Authorizer* authorizer_ = nullptr;
    std::vector<Orphan> orphans_;
};

}  // namespace kleber::broker
