#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/doors/load_client.hpp"

namespace kleber::bench {

// Many clients that are there and say nothing. They keep their tickets while they are away.
class Crowd {
  public:
    Crowd(const Place& place, std::uint32_t count);

    // Everybody comes: so many may be on their way in at a time. Returns when all are in.
    void come(std::uint32_t at_once);
    // Everybody goes without a word.
    void leave() { clients_.clear(); }
    // The next time they come without their tickets.
    void forget_tickets();
    std::uint32_t resumed_count() const;
    // What the broker says meanwhile is read.
    void wait(std::chrono::duration<double> time) { poll_.turn_for(time); }

  private:
    const Place place_;
    std::vector<TlsTicket> tickets_;
    LoadPoll poll_;
    std::vector<std::unique_ptr<LoadClient>> clients_;
};

}  // namespace kleber::bench
