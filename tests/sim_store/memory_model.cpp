#include "tests/sim_store/memory_model.hpp"

#include <utility>

#include "tests/sim_store/letter.hpp"

namespace kleber::sim_store {
namespace {

std::string describe(const MemoryModel::Memories& memories) {
    std::string text;
    for (const auto& [key, bytes] : memories) text += ' ' + key + '=' + bytes.substr(0, 20);
    return text.empty() ? " nothing" : text;
}

}  // namespace

std::uint64_t MemoryModel::step(Memories memories, std::string effect) {
    possible_.push_back({++step_count_, std::move(memories), std::move(effect)});
    return step_count_;
}

void MemoryModel::end() {
    coverage_.add(Seen::MemoriesEnded);
    step({}, possible_.back().effect);
}

void MemoryModel::settled(std::uint64_t step) {
    coverage_.add(Seen::MemoriesSettled);
    std::erase_if(possible_, [step](const State& state) { return state.number < step; });
}

template <typename Fits>
void MemoryModel::check(Fits&& fits, const std::string& what) {
    std::string expected;
    if (!has_crashed_) {
        if (fits(possible_.back())) return;
        expected = describe(possible_.back().memories);
        throw Difference{who_ + " found" + what + "; it had" + expected};
    }
    if (possible_.size() > 1) coverage_.add(Seen::MemoriesInDoubt);
    const std::uint64_t last = possible_.back().number;
    for (const State& state : possible_) {
        expected += "; or " + state.effect + " with" + describe(state.memories);
    }
    std::erase_if(possible_, [&](const State& state) { return !fits(state); });
    if (possible_.empty()) throw Difference{who_ + " found" + what + expected};
    if (possible_.back().number != last) coverage_.add(Seen::MemoriesUndone);
}

void MemoryModel::found(const Memories& memories) {
    check([&](const State& state) { return state.memories == memories; }, describe(memories));
    if (!memories.empty()) {
        coverage_.add(has_crashed_ ? Seen::MemoriesAfterCrash : Seen::MemoriesResumed);
    }
    possible_.erase(possible_.begin(), possible_.end() - 1);
    has_crashed_ = false;
}

void MemoryModel::found_effect(const std::string& effect) {
    coverage_.add(Seen::EffectsChecked);
    check([&](const State& state) { return state.effect == effect; }, " the effect " + effect);
}

}  // namespace kleber::sim_store
