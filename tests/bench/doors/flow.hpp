#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "tests/bench/doors/latencies.hpp"
#include "tests/bench/doors/load_client.hpp"
#include "tests/bench/doors/numbered_payload.hpp"

namespace kleber::bench {

// Messages at a steady rate from one client to another over TCP, each by itself, whatever becomes
// of those before it.
class Flow {
  public:
    using Clock = std::chrono::steady_clock;

    // Returns when both are in.
    Flow(std::uint16_t port, std::uint32_t rate, std::size_t payload_bytes);

    // On a thread of its own: sends until it is over, and waits until everything has arrived.
    void run(const std::atomic<bool>& is_over);

    // After that: those of messages that were sent from `begin` on and before `end`.
    Latencies between(Clock::time_point begin, Clock::time_point end) const;
    // How much later than it should the generator itself sent them.
    Latencies lateness(Clock::time_point begin, Clock::time_point end) const;

  private:
    struct Sample {
        Clock::time_point due;
        Clock::time_point sent;
        Clock::time_point arrived;
    };

    void publish(Clock::time_point due);
    void on_payload(Bytes payload);

    const std::chrono::nanoseconds pause_;
    NumberedPayload payload_;
    TlsTicket no_ticket_;
    LoadPoll poll_;
    LoadClient publisher_;
    LoadClient subscriber_;
    std::vector<Sample> samples_;
    std::size_t arrived_count_ = 0;
};

}  // namespace kleber::bench
