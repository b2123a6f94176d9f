#pragma once

#include <cstdint>

#include "gateway/port/traffic.hpp"

namespace kleber::runtime {

// What went over the wires of all lanes: port::Traffic added up.
struct TrafficTotals {
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;
    std::uint64_t publishes_received = 0;
    std::uint64_t publishes_sent = 0;
    std::uint64_t publish_bytes_received = 0;
    std::uint64_t publish_bytes_sent = 0;
    std::uint64_t publishes_dropped = 0;
    std::uint64_t connects_received = 0;
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_refused = 0;

    // One lane's, which may go on counting meanwhile.
    void add(const port::Traffic& lane);
};

}  // namespace kleber::runtime
