#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/deadlines.hpp"
#include "gateway/base/time.hpp"
#include "gateway/broker/client_states.hpp"
#include "gateway/broker/held.hpp"
#include "gateway/broker/ledger.hpp"
#include "gateway/broker/limits.hpp"
#include "gateway/broker/outbound.hpp"
#include "gateway/broker/replayer.hpp"
#include "gateway/broker/retained.hpp"
#include "gateway/broker/router.hpp"
#include "gateway/broker/session_table.hpp"
#include "gateway/broker/subscriptions.hpp"
#include "gateway/broker/turn.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/change.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/outbox.hpp"
#include "gateway/port/request.hpp"

namespace kleber::broker {

// All MQTT state, and all decisions about it. Reads no socket, no file and no clock, draws no
// random number: what comes out depends on what was put in, in its order, and on `now`.
class Broker {
  public:
    // `seed` keeps others from choosing what collides in tables and from guessing assigned client
    // ids; take it from a random source.
    Broker(const Limits& limits, port::Sharing sharing, std::uint64_t seed);
    ~Broker();
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    void set_limits(const Limits& limits);
    // Who may do what from now on, null: everybody everything. What is subscribed, waits or is a
    // will obeys at once; that publishes are allowed, the participants have seen to.
    void set_authorizer(port::AuthorizerRef authorizer);

    // Handles one request of a participant at `from`; appends what it leads to.
    void handle(port::SeatId from, port::Request&& request, const Now& now, port::Outbox& outbox);

    // What is done in slices: to be called once a turn while there is some.
    bool has_work() const { return replayer_.has_work(); }
    void work(const Now& now, port::Outbox& outbox);

    // When something is to happen that nobody asks for: wills, expiries.
    std::optional<SteadyTime> deadline() const;
    void on_deadline(const Now& now, port::Outbox& outbox);

    // A crowd has gone: gives back what grew with it, which costs a look at each free place.
    void shrink();

    const port::BrokerStatistics& statistics();

    // -- what survives (broker_keeping.cpp). Without keep() nothing does, and nobody waits for it.

    // Before anything is handled: what was read back, record by record in the order of
    // port::Change, sessions first; then that this was all.
    void keep();
    void restore(port::Change&& change);
    void finish_restore(const Now& now);

    // The changes that are due to be made safe, or none; at most one batch is out at a time. With
    // `everything`, all there are.
    std::unique_ptr<port::ChangeBatch> take_changes(const Now& now, bool everything,
                                                    port::Outbox& outbox);
    bool has_due_changes(const Now& now) const {
        const std::optional<SteadyTime> due = ledger_.deadline();
        return due && *due <= now.steady;
    }
    // Something is not safe yet, be it out or not.
    bool has_changes() const { return ledger_.barrier() != 0; }
    // Whether nothing can be made safe at present. Where that is to be refused, those who wait for
    // it at QoS 1 hear so, too.
    void set_in_trouble(bool is_in_trouble, const Now& now, port::Outbox& outbox);
    // The batch that is out is safe: acknowledgements that waited for it leave.
    void committed(const port::ChangeBatch& batch, const Now& now, port::Outbox& outbox);

  private:
    void on(port::SeatId from, port::Publish&& publish, Turn& turn);
    void on(port::SeatId from, port::Acknowledge&& acknowledge, Turn& turn);
    void on(port::SeatId from, port::Release&& release, Turn& turn);
    void on(port::SeatId from, port::Credit&& credit, Turn& turn);
    void on(port::SeatId from, port::Attach&& attach, Turn& turn);
    void on(port::SeatId from, port::Detach&& detach, Turn& turn);
    void on(port::SeatId from, port::Subscribe&& subscribe, Turn& turn);
    void on(port::SeatId from, port::Unsubscribe&& unsubscribe, Turn& turn);
    void on(port::SeatId from, port::Inspect&& inspect, Turn& turn);
    void on(port::SeatId from, port::Administer&& administer, Turn& turn);
    void on(port::SeatId from, port::Remember&& remember, Turn& turn);

    // -- the way of a message (broker_publish.cpp)

    enum class Routed : std::uint8_t { Delivered, NobodyThere, NotRetained };
    Routed publish(const port::MessageRef& message, Turn& turn);
    // What the connection may not pass on: refused, unless it is known already.
    void refuse_repeat(Session& session, const port::Publish& publish, Turn& turn);
    // The member whose turn it is, by its place in the group; kNobody if none can take it.
    static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
    // `rights` are what its route knows of the members, if there is one.
    std::uint32_t choose_member(const SharedGroups::Group& group, const port::Message& message,
                                const Session* except, Right* rights) const;
    // True if a member took it.
    bool deliver_to_group(std::uint32_t group, const port::MessageRef& message,
                          const Session* except, Right* rights, Turn& turn);
    // A member of shared groups has gone: others get what it had not acknowledged.
    void redistribute(Session& session, Turn& turn);
    // Others get what the session may not read any more.
    void adopt_orphans(Session& session, Turn& turn);

    // -- coming and going (broker_sessions.cpp)

    std::string make_client_id();
    void lose_connection(Session& session, ReasonCode reason, port::WillFate will, Turn& turn);
    void publish_will(Session& session, Turn& turn);
    void publish_will_of(const Session& session, const port::Will& will, Turn& turn);
    void end_session(Session& session, Turn& turn);
    // As whom it was let in, this time.
    void identify(Session& session, port::Attach::Details& details);
    void publish_state(const Session& session, Turn& turn);
    ReasonCode subscribe(Session& session, const port::Subscribe::Filter& filter,
                         std::uint32_t subscription_id);
    ReasonCode unsubscribe(Session& session, const std::string& filter);
    void go_online(Session& session, port::Attached&& attached, Turn& turn);

    // -- what waits until something is safe (broker_keeping.cpp)

    // To the client, in the order of its publishes, when the promise is kept.
    void settle(Session& session, port::Settled settled, PromiseId promise, Turn& turn);
    void settle_kept(Turn& turn);
    // To the client, once all that was recorded so far is safe.
    void reply_when_safe(Session& session, port::Reply reply, Turn& turn);
    // The same for a session that is kept; at once for others.
    void reply_if_kept(Session& session, port::Reply reply, Turn& turn);
    void release_held(Turn& turn);
    // Online, or about to be; null if it is neither any more.
    Session* find_attached(port::ClientRef client);
    void drop_held(Session& session);
    // While nothing can be made safe, if that is how it is to be.
    bool refuses_promises() const { return is_in_trouble_ && limits_.refuses_in_trouble; }
    // Whether its acknowledgement would wait for the disk, however fast its receivers are.
    bool is_promise(const Session& publisher, const port::Message& message);
    void refuse_held(Session& session, Turn& turn);
    void restore_delivery(Session& session, port::DeliveryPut&& put);

    // -- what sessions remember (broker_memories.cpp)

    bool has_room(const Session& session, std::string_view key, std::string_view bytes) const;
    ReasonCode remember(Session& session, const std::string& key, std::string bytes);
    void forget(Session& session, const std::string& key);

    Limits limits_;
    port::Sharing sharing_;
    std::uint64_t seed_;
    port::AuthorizerRef authorizer_;
    std::uint64_t next_client_number_ = 0;
    std::uint32_t next_generation_ = 1;
    port::BrokerStatistics statistics_;
    Ledger ledger_;
    Held held_;
    bool is_in_trouble_ = false;
    std::vector<port::ClientRef> news_;
    SessionTable sessions_;
    Subscriptions subscriptions_;
    Router router_;
    Retained retained_;
    ClientStates states_;
    Outbound outbound_;
    Replayer replayer_;
    Deadlines will_deadlines_;    // by session slot
    Deadlines expiry_deadlines_;  // by session slot
};

}  // namespace kleber::broker
