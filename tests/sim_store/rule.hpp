#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim_store/coverage.hpp"
#include "tests/sim_store/memory_model.hpp"
#include "tests/support/world.hpp"

namespace kleber::sim_store {

// A participant inside the gateway: each step changes what it remembers and has an effect, a
// retained message, in one batch. It ends with the gateway, and goes on from what it finds.
class Rule {
  public:
    // Where it `splits_steps`, effect and memory are two batches: a bug.
    Rule(int number, std::uint64_t seed, bool splits_steps, Coverage& coverage);

    // Something that it may do now.
    void act(support::World& world);
    void hear(support::World& world);
    // The gateway has ended.
    void restarted();

    // Comes back if it is not there. True when nothing of its own waits for an answer.
    bool finish(support::World& world);

    const std::string& topic() const { return topic_; }
    MemoryModel& model() { return model_; }

  private:
    void attach(support::World& world, bool is_clean);
    void step(support::World& world);
    void remember(std::vector<port::Request>& batch, const std::string& key, std::uint16_t id = 0);
    void hear_one(port::Reply&& reply);
    bool is_attached() const { return client_.session != port::kNoSession; }

    const bool splits_steps_;
    const std::string name_;
    const std::string topic_;
    sim::Random random_;
    MemoryModel model_;
    MemoryModel::Memories memories_;  // with the present step
    std::vector<port::Request> rest_of_step_;
    port::Token token_;
    port::ClientRef client_;
    bool is_attaching_ = false;
    std::uint64_t last_asked_ = 0;  // with an answer to come
    std::uint64_t last_settled_ = 0;
};

}  // namespace kleber::sim_store
