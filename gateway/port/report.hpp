#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"

namespace kleber::port {

enum class DropReason : std::uint8_t {
    QueueFull,   // the receiver's queue was at a limit
    Expired,     // its expiry passed while it waited
    TooLarge,    // larger than the receiver takes
    NoReceiver,  // a shared group without a member that could take it
    NotAllowed,  // a right was taken away while it waited: its receiver's, or a will's
};
inline constexpr std::size_t kDropReasonCount = 5;

// What the broker counts. Totals since start, and present sizes.
struct BrokerStatistics {
    std::uint64_t messages_published = 0;  // came in to be routed
    std::uint64_t messages_delivered = 0;  // went out to a client
    std::uint64_t payload_bytes_published = 0;
    std::uint64_t payload_bytes_delivered = 0;
    std::array<std::uint64_t, kDropReasonCount> dropped{};
    std::uint64_t sessions_expired = 0;
    std::uint64_t takeovers = 0;
    std::uint64_t resumes = 0;
    std::uint64_t wills_published = 0;
    std::uint64_t shared_redeliveries = 0;
    std::uint64_t unknown_acknowledgements = 0;

    std::uint64_t clients_online = 0;
    std::uint64_t clients_online_max = 0;
    std::uint64_t clients_offline = 0;
    std::uint64_t subscriptions = 0;
    std::uint64_t shared_subscriptions = 0;
    std::uint64_t retained_messages = 0;
    std::uint64_t retained_bytes = 0;
    std::uint64_t queued_messages = 0;  // waiting or unacknowledged, of all sessions
    std::uint64_t queued_bytes = 0;
};

struct ClientRow {
    std::string client_id;
    std::string user;
    std::string address;
    std::string protocol;
    bool is_online = false;
    WallTime since{};  // of its present state
    std::string last_end;
    std::uint32_t subscriptions = 0;
    std::uint32_t queued = 0;
    std::uint32_t in_flight = 0;
    std::uint64_t dropped = 0;
};

struct ReportRows {
    BrokerStatistics broker;         // for InspectSubject::Broker
    std::vector<ClientRow> clients;  // for InspectSubject::Clients
    std::uint32_t next = 0;          // the cursor for more; 0: that was all
};

}  // namespace kleber::port
