#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/broker/broker.hpp"
#include "gateway/connection/mqtt_policy.hpp"
#include "gateway/port/outbox.hpp"
#include "gateway/port/traffic.hpp"
#include "tests/sim/client.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/line.hpp"
#include "tests/sim/model.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/saboteur.hpp"

namespace kleber::sim {

enum class Verbosity : std::uint8_t { Silent, EveryPacket };

// Some clients, a broker with its connections, and a model that says what each has to hear. All in
// one thread and under a clock of its own; the same seed is the same run.
class Simulation {
  public:
    Simulation(std::uint64_t seed, Bug bug, Verbosity verbosity, Coverage& coverage);
    ~Simulation();

    // Throws a Difference where the broker is not what the model says.
    void run(std::uint32_t action_count);
    // How many actions were begun.
    std::uint32_t action() const { return action_; }

  private:
    // -- what may happen (simulation_actions.cpp)

    void act();
    void act_as(Client& client);
    void open_line(Client& client);
    void lose_line(Client& client);
    void kick(Client& client);
    void pass(Duration duration);
    // Everybody answers everything: then nothing may be left over.
    void come_to_rest();
    void inspect();
    void inspect_clients();

    // -- how it takes effect (simulation.cpp)

    // Moves bytes, requests and replies until nothing moves any more.
    void settle();
    void serve_requests();
    void serve(Line* line, port::Request request);
    void arrive(Line& line, std::size_t bytes);
    void read(Line& line);
    void write(Line& line, std::size_t bytes);
    void hand_over(Line& line);
    void close(Line& line);
    void set_time(SteadyTime time);
    void make_instant_unique();
    void distribute();
    void pass_on(Line& line, port::Reply reply);

    // What is asked of the broker, as the model must know it.
    void tell_model(Line& line, const port::Request& request);
    Said take_said(Line& line, codec::mqtt::PacketType type, std::uint16_t id);
    void tell_attach(Line& line, const port::Attach& attach);
    void tell_detach(Line& line, const port::Detach& detach);
    void tell_publish(Line& line, const port::Publish& publish);
    void tell_acknowledge(Line& line, const port::Acknowledge& acknowledge);

    connection::MqttServer::Turn turn_of(Line& line);
    void collect(Line& line);
    void log(const std::string& text) const;

    Random random_;
    Verbosity verbosity_;
    Coverage& coverage_;
    Saboteur saboteur_;
    broker::Limits limits_;
    connection::MqttPolicy policy_;
    port::Traffic traffic_;
    Now now_;
    broker::Broker broker_;
    port::Outbox outbox_{1};
    Model model_;
    std::vector<Client> clients_;
    std::vector<std::unique_ptr<Line>> lines_;  // those that are not over
    int last_line_ = 0;
    std::uint32_t last_letter_ = 0;
    std::uint32_t action_ = 0;

    std::vector<port::Request> asked_;  // of the line whose turn it is
    std::deque<std::pair<Line*, port::Request>> requests_;
    port::ReportRows report_;  // the last
};

}  // namespace kleber::sim
