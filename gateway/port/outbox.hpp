#pragma once

#include <vector>

#include "gateway/port/reply.hpp"

namespace kleber::port {

// Replies of a turn, one batch a seat, in the order in which they were decided.
class Outbox {
  public:
    explicit Outbox(std::size_t seat_count) : batches_(seat_count) {}

    std::vector<Reply>& to(SeatId seat) { return batches_[seat.value]; }
    std::size_t seat_count() const { return batches_.size(); }

  private:
    std::vector<std::vector<Reply>> batches_;
};

}  // namespace kleber::port
