#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/broker/limits.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/report.hpp"
#include "gateway/port/request.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/letter.hpp"

namespace kleber::sim {

// A broker as simple as can be, which says what the real one must answer. It is told what a client
// said, then what was answered; at the first answer that it does not expect, or misses, it throws a
// Difference.
//
// All is exact, but for what the specification leaves open: the numbers of packet ids and the order
// of retained messages.
class Model {
  public:
    struct Message {
        Letter letter;
        SteadyTime expires_at = port::kNever;
        std::uint32_t weight_bytes = 0;
        std::uint64_t publisher = 0;  // its session
    };
    using MessageRef = std::shared_ptr<const Message>;
    struct Will {
        Letter letter;
        Duration delay{0};
        std::uint32_t weight_bytes = 0;
    };
    struct Attach {
        bool clean_start = true;
        Duration expiry{0};
        port::SendCredit credit;
        bool takes_large = true;
        std::optional<Will> will;
    };
    struct Subscription {
        FilterText filter;
        port::SubscriptionOptions options;
        std::uint32_t id = 0;
    };

    Model(const broker::Limits& limits, const port::QueueLimits& queue, Coverage& coverage)
        : limits_(limits), queue_limits_(queue), coverage_(coverage) {}

    // -- what happens; clients and connections are numbered

    void attach(int client, int connection, const Attach& attach);
    void detach(int connection, port::WillFate will, Duration expiry = port::kAsAttached);
    void kick(int client);
    void publish(int connection, const Letter& letter, SteadyTime expires_at,
                 std::uint32_t weight_bytes, std::uint16_t id);
    void release(int connection, std::uint16_t id);
    void acknowledge(int connection, std::uint16_t id, port::AcknowledgeKind kind,
                     ReasonCode reason);
    void subscribe(int connection, std::uint16_t id, const std::vector<Subscription>& filters);
    void unsubscribe(int connection, std::uint16_t id, const std::vector<FilterText>& filters);
    void credit(int connection, port::SendCredit credit);
    // Time has come to `now`: what is due happens.
    void advance(SteadyTime now);

    // -- what is answered

    void take(int connection, const port::Reply& reply);
    // All that had to be answered to what happened has been.
    void expect_nothing_more();
    // The real broker has no more retained messages to send.
    void expect_replays_done();
    void expect_same(const port::BrokerStatistics& statistics) const;
    void expect_same(const port::ClientRow& row, int client) const;

    // Of wills and sessions.
    std::optional<SteadyTime> deadline() const;
    // Whether a deadline lies on this fraction of a second: two at one instant have no order.
    bool has_deadline_like(SteadyTime time) const;

  private:
    enum class State : std::uint8_t { Waiting, Sent, Interrupted, Released };
    struct Delivery {
        MessageRef message;
        std::vector<std::uint32_t> ids;
        int group = -1;
        Qos qos = Qos::AtMostOnce;
        bool retain = false;
        State state = State::Waiting;
        std::uint16_t id = 0;
        std::uint64_t serial = 0;
    };
    struct Replay {
        Subscription subscription;
        std::map<std::string_view, std::uint64_t> serials;  // by topic: what is to be sent
    };
    struct Session {
        int client = 0;
        std::uint64_t epoch = 0;
        int connection = -1;  // or none
        Duration expiry{0};
        std::optional<Will> will;
        std::optional<SteadyTime> will_at;
        std::optional<SteadyTime> expires_at;
        std::vector<Subscription> subscriptions;  // in the order in which they were made
        std::set<std::uint16_t> inbound;
        std::vector<Delivery> in_flight;
        std::vector<Delivery> waiting;
        std::deque<Replay> replays;
        std::int64_t bytes_left = 0;
        std::int64_t bytes_max = 0;
        std::size_t slots_max = 0;
        bool takes_large = true;
        std::uint64_t dropped = 0;

        bool is_online() const { return connection >= 0; }
        std::size_t slots_taken() const;
        bool can_send(Qos qos) const {
            return is_online() && bytes_left > 0 && waiting.empty() &&
                   (qos == Qos::AtMostOnce || slots_taken() < slots_max);
        }
    };
    struct Group {
        int number = 0;
        FilterText filter;
        std::vector<int> members;  // clients
        std::size_t turn = 0;
    };
    struct Retained {
        MessageRef message;
        std::uint64_t serial = 0;
    };
    // What a connection is to be told.
    struct Expected {
        Delivery delivery;
        bool is_release = false;
        bool is_repeated = false;
    };
    struct Answer {
        enum class Kind : std::uint8_t { Attached, Settled, Subscribed, Unsubscribed, Close };
        Kind kind{};
        std::uint16_t id = 0;
        int detail = 0;  // session present, or the kind of Settled
        std::vector<ReasonCode> codes{};
        bool operator==(const Answer&) const = default;
    };
    struct Expectations {
        std::deque<Expected> deliveries;
        std::deque<Answer> answers;
    };

    Session* session_of(int connection);
    Session* session_at(int client) {
        const auto at = sessions_.find(client);
        return at == sessions_.end() ? nullptr : &at->second;
    }
    void lose(Session& session, port::WillFate fate, bool is_taken_over);
    void publish_will(Session& session);
    void end(Session& session);

    // model_routing.cpp
    enum class Routed : std::uint8_t { Delivered, NobodyThere, NotRetained };
    Routed route(const MessageRef& message);
    bool retain(const MessageRef& message);
    bool deliver_to_group(Group& group, const MessageRef& message, const Session* except);
    void redistribute(Session& session, bool is_ending);
    Group* find_group(const FilterText& filter);
    void join(Session& session, const FilterText& filter);
    void leave(Session& session, const FilterText& filter);
    void start_replay(Session& session, const Subscription& subscription);
    bool is_due(const Session& session, const Replay& replay, std::string_view topic) const;
    void drop_finished_replays(Session& session);

    // model_delivery.cpp
    void deliver(Session& session, Delivery delivery);
    void send(Session& session, Delivery delivery);
    void enqueue(Session& session, Delivery delivery);
    void drain(Session& session);
    void resume(Session& session);
    void finish(Session& session, std::vector<Delivery>::iterator delivery);
    bool has_room(const Session& session, const Message& message) const;
    void take_delivery(int connection, const port::Deliver& deliver);
    void take_replay(Session& session, const port::Deliver& deliver);
    void drop(Session& session, port::DropReason reason);

    void expect(int connection, Answer answer) {
        expectations_[connection].answers.push_back(std::move(answer));
    }

    broker::Limits limits_;
    port::QueueLimits queue_limits_;
    Coverage& coverage_;
    SteadyTime now_{};
    std::map<int, Session> sessions_;  // by client
    std::vector<Group> groups_;
    std::map<std::string_view, Retained> retained_;
    std::map<int, Expectations> expectations_;  // by connection
    std::uint64_t last_serial_ = 0;
    std::uint64_t last_epoch_ = 0;
    int last_group_ = 0;

    std::array<std::uint64_t, port::kDropReasonCount> dropped_{};
    std::uint64_t takeovers_ = 0;
    std::uint64_t resumes_ = 0;
    std::uint64_t expired_ = 0;
    std::uint64_t wills_ = 0;
    std::uint64_t redeliveries_ = 0;
};

}  // namespace kleber::sim
