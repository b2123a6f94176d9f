#pragma once

#include <cstdint>

#include "gateway/port/request.hpp"

namespace kleber::broker {

// What may grow, and how far. Each default is what the configuration says, too.
struct Limits {
    std::uint32_t sessions_max = 100'000;
    std::uint32_t subscriptions_max = 20'000;  // a session
    std::uint32_t retained_messages_max = 100'000;
    std::uint64_t retained_bytes_max = 64 << 20;
    // What a session remembers: records, and bytes with their keys.
    std::uint32_t memories_max = 10'000;
    std::uint64_t memory_bytes_max = 4 << 20;
    // What waits for a session that was read back at start, until its client says what it wants.
    port::QueueLimits restored_queue{};
    // While nothing can be made safe: whether what would wait for that is refused instead.
    bool refuses_in_trouble = false;
    // Topics whose receivers are remembered, and receivers of all those topics.
    std::uint32_t cached_routes_max = 16'384;
    std::uint32_t cached_receivers_max = 1 << 20;
};

}  // namespace kleber::broker
