#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/broker/broker.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/connection/outgoing.hpp"
#include "gateway/port/change.hpp"
#include "gateway/port/journal.hpp"
#include "gateway/port/outbox.hpp"
#include "gateway/port/report.hpp"
#include "gateway/port/traffic.hpp"
#include "tests/support/link.hpp"

namespace kleber::support {

// A broker and its MQTT connections on one thread under a virtual clock, without sockets: what the
// runtime does with a lane, in the same order. The same calls lead to the same bytes.
//
// With KLEBER_KEEP in the environment each world has a journal of its own, so that conversations
// show the same with and without a store.
class World {
  public:
    struct Options {
        broker::Limits limits;
        connection::MqttPolicy policy;  // of connections that bring none of their own
        std::uint64_t seed = 1;
        // Where what must survive goes, and what it brings back; it outlives the world. Null:
        // nothing is kept. Then `restore` may give the broker what was there.
        port::Journal* journal = nullptr;
        std::function<void(broker::Broker&, const Now&)> restore;
        Duration commit_takes{0};  // 0: each turn's changes are safe at the end of the turn
        std::optional<Now> now;    // the instant at which it begins
    };

    World() : World(Options{}) {}
    explicit World(Options options);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // A client has reached the listener. `policy` outlives the world; null: that of the options.
    std::unique_ptr<Link> dial(connection::Peer peer = {.address = "127.0.0.1:50000",
                                                        .is_local = true},
                               const connection::MqttPolicy* policy = nullptr);

    // One turn: reads what has arrived on each connection, has the broker handle it, passes the
    // replies on, writes. False if there was nothing to do.
    bool turn();
    // Turns until nothing is left to do at this instant.
    void settle();
    // Lets time pass, and does at its instant each thing that is due on the way.
    void advance(Duration duration);
    // The next instant at which something is due by itself.
    std::optional<SteadyTime> deadline() const;

    // As a service of the gateway asks, in one batch, which is handled in one turn; and what it
    // hears: replies to tokens of these slots.
    static constexpr std::uint32_t kServiceSlots = 1U << 31;
    void ask(std::vector<port::Request> batch);
    std::vector<port::Reply> take_replies(std::uint32_t slot);

    // As services do: a message of the gateway itself, a kick.
    void publish(const port::MessageRef& message);
    bool kick(const std::string& client_id);

    const Now& now() const { return now_; }
    // The calendar jumps, or nobody knows what day it is.
    void set_wall(WallTime wall, bool is_trusted);

    broker::Broker& broker() { return broker_; }
    const port::BrokerStatistics& statistics() { return broker_.statistics(); }
    std::vector<port::ClientRow> clients();
    const port::Traffic& traffic() const { return traffic_; }
    // Connections that the server has not finished with.
    std::size_t connection_count() const;

  private:
    struct Connection {
        Connection(const connection::MqttPolicy& policy, port::Token token, connection::Peer peer,
                   port::Traffic& traffic, SteadyTime now, std::shared_ptr<Wire> to)
            : server(policy, token, std::move(peer), traffic, now), wire(std::move(to)) {}

        connection::MqttServer server;
        connection::Outgoing out;
        std::shared_ptr<Wire> wire;
        bool has_heard_of_loss = false;
    };
    struct Slot {
        std::unique_ptr<Connection> connection;
        std::uint32_t use = 0;
    };

    bool read(Connection& connection);
    bool ask_broker();
    bool pass_replies();
    bool keep_changes();
    bool write(Connection& connection);
    void close_ended();

    Options options_;
    Now now_;
    port::Traffic traffic_;
    broker::Broker broker_;
    port::Outbox outbox_;
    std::unique_ptr<port::Journal> own_journal_;
    port::Journal* journal_ = nullptr;
    std::unique_ptr<port::ChangeBatch> batch_out_;
    SteadyTime batch_due_{};
    std::vector<port::Request> requests_;
    std::map<std::uint32_t, std::vector<port::Reply>> service_replies_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::optional<port::ReportRows> report_;
    std::optional<bool> was_administered_;
};

}  // namespace kleber::support
