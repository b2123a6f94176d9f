#pragma once

#include <atomic>
#include <cstdint>

namespace kleber::port {

// A total that one thread counts and others may read: no locked instruction.
class Counter {
  public:
    void add(std::uint64_t count = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t count = 1) {
        value_.store(value_.load(std::memory_order_relaxed) - count, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

// What went over the wires of one lane.
struct Traffic {
    Counter bytes_received;
    Counter bytes_sent;
    Counter packets_received;
    Counter packets_sent;
    Counter publishes_received;
    Counter publishes_sent;
    Counter publish_bytes_received;  // payloads
    Counter publish_bytes_sent;
    Counter
        publishes_dropped;  // refused to a client, or not sent to one; less what the broker counts
    Counter connects_received;  // CONNECT packets
    Counter connections_accepted;
    Counter connections_refused;
    Counter connections_open;
};

}  // namespace kleber::port
