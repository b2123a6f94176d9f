#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/base/reason_code.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/memory.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/report.hpp"
#include "gateway/port/request.hpp"
#include "gateway/port/subscription_ids.hpp"

namespace kleber::port {

// The session is there. Deliveries that were open follow at once.
struct Attached {
    struct Details {
        std::string assigned_id;       // where Attach named none
        std::vector<Memory> memories;  // by key
    };
    ClientRef client;
    bool session_present = false;
    std::unique_ptr<Details> details;  // null: neither of them
};

enum class SettledKind : std::uint8_t { Received, Recorded, Completed, Remembered };

// PUBACK or PUBREC for a publish, PUBCOMP for a release; what Remember asked.
struct Settled {
    PacketId id;
    SettledKind kind = SettledKind::Received;
    ReasonCode reason = ReasonCode::Success;
};

struct Subscribed {
    PacketId id;
    std::unique_ptr<std::vector<ReasonCode>> codes;
};

struct Unsubscribed {
    PacketId id;
    std::unique_ptr<std::vector<ReasonCode>> codes;
};

// A message for the client. An `id` is set for QoS 1 and 2 and stays taken until acknowledged.
struct Deliver {
    MessageRef message;
    SubscriptionIds subscription_ids;
    PacketId id;
    Qos qos = Qos::AtMostOnce;
    bool is_repeated = false;  // DUP
    bool retain = false;
};

// PUBREL, on resume too.
struct ReleaseDelivery {
    PacketId id;
};

// The connection is to end: taken over, kicked, refused. Nothing follows; a Detach is not needed.
struct Close {
    ReasonCode reason = ReasonCode::Success;
};

struct Report {
    std::unique_ptr<ReportRows> rows;
};

struct Administered {
    bool was_found = false;
};

struct Reply {
    using Body = std::variant<Deliver, Settled, ReleaseDelivery, Attached, Subscribed, Unsubscribed,
                              Close, Report, Administered>;

    // Takes the alternative itself: a batch is filled without a detour over another variant.
    template <typename Alternative>
    Reply(Token receiver, Alternative&& alternative)
        : to(receiver), body(std::forward<Alternative>(alternative)) {}

    Token to;
    Body body;
};

}  // namespace kleber::port
