#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "gateway/store/entry.hpp"

namespace kleber::store {

// Of many changes the last to each key, ordered by table and key. What a session erased of its own
// is left out; that the tables hold something of it, too, is told apart.
//
// Made for changes that come nearly in order, as most do: those are never moved.
class LastChanges {
  public:
    // The bytes it points into must stay until it is dropped.
    void take(const Entry& entry);
    // To be called after some were taken, before anything is looked at.
    void settle();

    bool empty() const { return size() == 0 && wipes_.empty(); }
    std::size_t size() const;

    // A session to be wiped from the tables before anything is written, if there is one.
    std::optional<std::uint32_t> wipe() const;
    void drop_wipe() { wipes_.pop_back(); }

    struct Last {
        Entry entry;
        std::uint32_t order = 0;  // of taking
    };
    // The changes of the first table that has any.
    std::span<const Last> first() const;
    // The first so many of them were dealt with.
    void drop(std::size_t count);
    // Gives back its memory.
    void clear() { *this = {}; }

  private:
    struct OfTable {
        std::vector<Last> changes;
        std::size_t settled_count = 0;
        std::size_t dropped_count = 0;
    };

    void settle(OfTable& table, bool from_begin) const;
    bool is_wiped(const Last& last) const;

    std::array<OfTable, std::size(kTables)> tables_;
    std::unordered_map<std::uint32_t, std::uint32_t> wiped_at_;  // session to order
    std::vector<std::uint32_t> wipes_;
    bool has_new_wipe_ = false;
    std::uint32_t taken_count_ = 0;
};

}  // namespace kleber::store
