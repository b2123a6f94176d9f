#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim_store/client.hpp"
#include "tests/sim_store/coverage.hpp"
#include "tests/sim_store/machine.hpp"
#include "tests/sim_store/model.hpp"
#include "tests/sim_store/rule.hpp"

namespace kleber::sim_store {

// One run under a seed: clients of random habits, a gateway that dies at any moment, a disk that
// fails. Throws a Difference where a promise is broken.
class Simulation {
  public:
    Simulation(std::uint64_t seed, Bug bug, bool is_verbose, Coverage& coverage);

    void run(std::uint32_t actions);
    // How many were begun.
    std::uint32_t action() const { return action_; }

  private:
    static constexpr int kClients = 5;
    static constexpr int kRules = 2;

    void act();
    void act_as(Client& client);
    void everybody_hears();
    void rules_act();
    void crash();
    void start();
    // Lets the gateway do what there is to do; it may die of it.
    void turn();
    void settle();
    void pass(Duration duration);
    void look_at_retained();
    // Everybody comes back and receives what there is.
    void finish();
    void log(const std::string& text) const;

    sim::Random random_;
    Coverage& coverage_;
    bool is_verbose_;
    Machine machine_;
    Model model_;
    std::vector<Client> clients_;
    std::deque<Rule> rules_;
    Now now_;
    std::uint32_t action_ = 0;
    bool may_crash_ = true;
};

}  // namespace kleber::sim_store
