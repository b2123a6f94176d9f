#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gateway/base/qos.hpp"
#include "gateway/base/time.hpp"
#include "tests/sim_store/coverage.hpp"
#include "tests/sim_store/letter.hpp"

namespace kleber::sim_store {

// What clients were promised, told by themselves: what they sent and what they heard. It knows
// nothing of the broker; where a crash leaves open what happened, it allows either. Throws a
// Difference at what no order of events allows.
class Model {
  public:
    // Where queues drop, what was dropped may be back after a crash, in no order.
    Model(int client_count, bool has_small_queues, Coverage& coverage);

    // -- what happens to all

    void set_now(SteadyTime now) { now_ = now; }
    SteadyTime now() const { return now_; }
    // The broker has read all bytes that were on their way. `all_is_safe`: all of its changes were
    // committed.
    void turned(bool all_is_safe);
    // The process has ended and another one has begun; its clients have lost their connections.
    void restarted();
    std::uint64_t crash_count() const { return crash_count_; }

    // -- letters, by number

    std::uint32_t write(Letter letter);
    const Letter& letter(std::uint32_t number) const { return letters_.at(number); }
    // On its way, the first time or again.
    void sent(std::uint32_t number);
    // PUBACK or PUBREC came.
    void acknowledged(std::uint32_t number);

    // -- clients

    // `will`: the number of a letter, or 0.
    void connecting(int client, bool is_clean, Duration expiry, std::uint32_t will,
                    Duration will_delay);
    void connected(int client, bool session_present);
    // The connection is gone. `has_said_so`: by a DISCONNECT.
    void left(int client, bool has_said_so);
    // As left(), and the DISCONNECT ends the session.
    void ended(int client);
    void subscribing(int client, std::string_view filter);
    void subscribed(int client, std::string_view filter, Qos granted);
    void unsubscribing(int client, std::string_view filter);
    void unsubscribed(int client, std::string_view filter);
    // A message that was not received before, as far as QoS 2 tells; not one of a retained replay.
    void received(int client, std::uint32_t number, std::string_view topic, Qos qos);

    // -- questions

    // What a new subscriber gets: by topic, the numbers.
    void check_retained(const std::map<std::string, std::uint32_t>& found);
    // At the end, when everybody has received everything. So many may be missing.
    void check_nothing_owed(std::uint64_t drops_max) const;

  private:
    enum class Exists : std::uint8_t { No, Perhaps, Yes };

    struct Stay {  // of a subscription that was perhaps there
        Event from = 0;
        Event to = kAlways;
    };
    struct Subscription {
        std::vector<Stay> stays;
        std::optional<Event> sure_since;  // acknowledged, and no change is under way
        Qos qos = Qos::AtMostOnce;
    };
    struct Will {
        std::uint32_t number = 0;
        Duration delay{0};
        Event lost = 0;
        SteadyTime due_before{};  // published by then unless the client is back
    };
    using OrderKey = std::tuple<int, std::string_view, Qos, Qos>;
    struct Session {
        Exists exists = Exists::No;
        Duration expiry{0};
        bool is_connected = false;
        bool is_connecting = false;
        bool is_clean = false;
        bool is_ending = false;    // it said so
        bool was_ending = false;   // before a crash
        bool has_crashed = false;  // since it was last connected
        bool is_leaving_safe = true;
        bool has_lost_attempt = false;  // a CONNECT whose answer it did not hear
        Event connecting_since = 0;
        SteadyTime connecting_at{};
        Event born = 0;
        SteadyTime ends_after{};  // not before this
        SteadyTime ends_before{};
        std::optional<Will> will;          // while it is connected
        std::optional<Will> pending_will;  // after it was lost
        std::uint32_t next_will = 0;
        Duration next_will_delay{0};
        std::map<std::string_view, Subscription> subscriptions;
        std::set<std::uint32_t> received;
        std::set<std::uint32_t> received_exactly_once;
        std::map<std::uint32_t, std::uint64_t> owed;  // letters, since which crash
        std::map<OrderKey, Event> latest;             // of letters received: when they were sent
    };

    Event tick() { return ++event_; }
    Session& at(int client) { return sessions_[static_cast<std::size_t>(client)]; }
    bool is_lasting(const Session& session) const;
    void settle_sessions();
    void forget_promises(Session& session);
    void begin_anew(Session& session);
    void owe(std::uint32_t number, Event since);
    void publish_wills();
    bool may_receive(const Session& session, const Letter& letter) const;
    bool is_superseded(const Letter& letter, std::string_view topic) const;

    Coverage& coverage_;
    bool has_small_queues_;
    SteadyTime now_{};
    Event event_ = 0;
    std::uint64_t crash_count_ = 0;
    std::vector<Letter> letters_{1};
    std::set<std::uint32_t> under_way_;
    std::map<std::string_view, std::vector<std::uint32_t>> retained_;  // all that ever were
    std::vector<Session> sessions_;
    std::map<std::uint32_t, std::uint64_t> group_owed_;
    Event member_ended_ = 0;  // perhaps, for the last time
    std::set<std::uint32_t> group_received_;
    std::set<std::uint32_t> group_received_exactly_once_;
};

}  // namespace kleber::sim_store
