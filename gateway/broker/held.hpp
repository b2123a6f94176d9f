#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "gateway/base/ring.hpp"
#include "gateway/broker/session.hpp"
#include "gateway/port/reply.hpp"

namespace kleber::broker {

// Replies that may leave only when a batch of changes is committed, in the order in which they were
// decided.
class Held {
  public:
    struct Item {
        std::uint64_t batch;
        port::ClientRef client;  // if that is no longer attached, the reply is void
        port::Reply reply;
    };

    void hold(std::uint64_t batch, const Session& session, port::Reply reply) {
        items_.push_back({batch, {session.id, session.generation}, std::move(reply)});
    }
    // Whether so many have gathered that it is worth looking for those that are void: while the
    // disk does not answer, clients come and go.
    bool is_crowded() const { return items_.size() >= sweep_at_; }
    template <typename IsVoid>
    void sweep(IsVoid&& is_void) {
        for (std::uint32_t count = items_.size(); count > 0; --count) {
            Item item = items_.take_front();
            if (!is_void(item)) items_.push_back(std::move(item));
        }
        sweep_at_ = std::max(kCrowd, 2 * items_.size());
    }

    bool has_ready(std::uint64_t committed_batch) const {
        return !items_.empty() && items_[0].batch <= committed_batch;
    }
    Item take() { return items_.take_front(); }

  private:
    static constexpr std::uint32_t kCrowd = 1024;

    Ring<Item> items_;
    std::uint32_t sweep_at_ = kCrowd;
};

}  // namespace kleber::broker
