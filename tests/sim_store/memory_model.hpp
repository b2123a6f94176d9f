#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim_store/coverage.hpp"

namespace kleber::sim_store {

// What a rule finds when it comes back: how things stood after one of the batches that it asked
// for, each of them whole, and none before the last that it knows to be safe. Throws a Difference
// at anything else.
class MemoryModel {
  public:
    using Memories = std::map<std::string, std::string>;

    MemoryModel(std::string who, Coverage& coverage) : who_(std::move(who)), coverage_(coverage) {}

    // -- what the rule asks: each call is one batch

    // From now on it remembers these; the topic of its effects has this value. The batch's number.
    std::uint64_t step(Memories memories, std::string effect);
    // Its session is over.
    void end();

    // -- what happens

    void settled(std::uint64_t step);
    void restarted() { has_crashed_ = true; }
    // Attached: all that was asked before is safe, one way or the other.
    void found(const Memories& memories);
    // Retained on the topic of its effects.
    void found_effect(const std::string& effect);

    // Of all batches so far.
    std::uint64_t step_count() const { return step_count_; }

  private:
    struct State {
        std::uint64_t number = 0;
        Memories memories{};
        std::string effect{};
    };

    // After a restart what was found was on the disk; before, it is only the present.
    template <typename Fits>
    void check(Fits&& fits, const std::string& what);

    std::string who_;
    Coverage& coverage_;
    std::vector<State> possible_{1};  // the last is what was asked for last
    std::uint64_t step_count_ = 0;
    bool has_crashed_ = false;
};

}  // namespace kleber::sim_store
