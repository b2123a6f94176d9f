#pragma once

#include <cstdint>
#include <vector>

#include "gateway/port/identity.hpp"

namespace kleber::broker {

// Names a promise; kNoPromise for none.
using PromiseId = std::uint32_t;
inline constexpr PromiseId kNoPromise = 0;

// What publishers are told only when it is true: each promise counts the records that are not yet
// safe. It is kept when all of them are: committed, or no longer needed because their message
// arrived.
class Promises {
  public:
    // Open until release() was called as often as hold(), and once more for the maker.
    PromiseId make(port::ClientRef client);
    void hold(PromiseId id) { ++slots_[id].open_count; }
    void release(PromiseId id);
    bool is_kept(PromiseId id) const { return slots_[id].open_count == 0; }

    // Nobody waits for it any more: it goes by itself when it is kept.
    void abandon(PromiseId id);
    // A kept promise was told.
    void forget(PromiseId id) { free(id); }

    // Clients for whom promises came true since the last call, perhaps several times.
    bool has_news() const { return !news_.empty(); }
    void take_news(std::vector<port::ClientRef>& clients) { news_.swap(clients); }

    std::size_t count() const { return slots_.size() - 1 - free_.size(); }

  private:
    struct Slot {
        port::ClientRef client;  // of kNoSession once abandoned
        std::uint32_t open_count = 0;
    };
    void free(PromiseId id) { free_.push_back(id); }

    std::vector<Slot> slots_{1};  // the first stands for none
    std::vector<PromiseId> free_;
    std::vector<port::ClientRef> news_;
};

}  // namespace kleber::broker
