#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gateway/base/time.hpp"

namespace kleber {

// One deadline each for things with small numbers (slots, sessions): an indexed heap, so that a
// deadline moved or cancelled leaves nothing behind and the next one is known exactly.
class Deadlines {
  public:
    // Sets or moves the deadline of `id`.
    void set(std::uint32_t id, SteadyTime at);
    void cancel(std::uint32_t id);
    std::optional<SteadyTime> at(std::uint32_t id) const {
        if (!has(id)) return std::nullopt;
        return heap_[place_[id]].at;
    }
    bool has(std::uint32_t id) const { return id < place_.size() && place_[id] != kNowhere; }

    std::optional<SteadyTime> next() const;
    // Takes one id whose deadline is not after `now`; the earliest first.
    std::optional<std::uint32_t> pop_due(SteadyTime now);

    std::size_t size() const { return heap_.size(); }
    // Gives back the memory of those that are gone.
    void shrink();

  private:
    struct Entry {
        SteadyTime at;
        std::uint32_t id;
    };
    static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

    void place(std::size_t index, Entry entry);
    void rise(std::size_t index, Entry entry);
    void sink(std::size_t index, Entry entry);
    void remove_at(std::size_t index);

    std::vector<Entry> heap_;
    std::vector<std::uint32_t> place_;  // id -> index in heap_
};

}  // namespace kleber
