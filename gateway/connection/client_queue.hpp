#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "gateway/connection/mqtt_client_event.hpp"
#include "gateway/port/message.hpp"

namespace kleber::connection {

struct WaitingPublish {
    port::MessageRef message{};
    Ticket ticket{};
};

// A client's publishes that have not left yet, first come, first served.
class ClientQueue {
  public:
    ClientQueue(std::uint32_t messages_max, std::size_t bytes_max)
        : messages_max_(messages_max), bytes_max_(bytes_max) {}

    // An empty queue has room for any one message, so that nobody tries for ever.
    bool has_room_for(std::uint32_t weight_bytes) const {
        return waiting_.empty() ||
               (waiting_.size() < messages_max_ && bytes_ + weight_bytes <= bytes_max_);
    }
    void push(WaitingPublish publish) {
        bytes_ += publish.message->weight_bytes();
        waiting_.push_back(std::move(publish));
    }
    // To be the next, beyond the limits: it had left before and comes back.
    void push_front(WaitingPublish publish) {
        bytes_ += publish.message->weight_bytes();
        waiting_.push_front(std::move(publish));
    }

    bool is_empty() const { return waiting_.empty(); }
    std::size_t count() const { return waiting_.size(); }
    const WaitingPublish& front() const { return waiting_.front(); }
    WaitingPublish take_front() {
        WaitingPublish first = std::move(waiting_.front());
        waiting_.pop_front();
        bytes_ -= first.message->weight_bytes();
        return first;
    }

  private:
    std::deque<WaitingPublish> waiting_;
    std::size_t bytes_ = 0;
    std::uint32_t messages_max_;
    std::size_t bytes_max_;
};

}  // namespace kleber::connection
