#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/base/qos.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/message.hpp"

namespace kleber::port {

// Longer than any session lives: "never expires".
inline constexpr Duration kForever = Duration::max();
inline constexpr Duration kAsAttached = Duration::min();

enum class DropPolicy : std::uint8_t { Oldest, Newest };

// What may wait for one client. At a limit messages of QoS 0 go first, then what the policy says.
struct QueueLimits {
    std::uint32_t messages_max = 1000;
    std::uint32_t bytes_max = 8 << 20;
    DropPolicy policy = DropPolicy::Oldest;
};

// How much the broker may send before it hears more: deliveries of QoS 1 and 2 that are not yet
// acknowledged, and bytes of any delivery that are not yet written.
struct SendCredit {
    std::uint16_t slots = 0;
    std::uint32_t bytes = 0;
};

struct Will {
    MessageRef message;
    Duration delay{0};
    Duration message_expiry = kForever;  // counts from when it is published
};

// Asks for a session; answered by Attached or Close.
struct Attach {
    struct Details {
        std::string client_id;  // empty: the broker makes one up
        bool clean_start = true;
        Duration session_expiry{0};  // how long the session outlives its connection
        SendCredit credit;
        QueueLimits queue;
        std::optional<Will> will;
        std::string user;             // empty: nobody in particular
        std::string common_name;      // of its certificate; empty: none
        bool is_ours = false;         // a part of the gateway: may do everything
        std::string address;          // as a person reads it: 192.168.1.7:50112
        std::string protocol;         // "MQTT 5.0"
        bool hears_refusals = false;  // of publishes: it takes reason codes
    };
    Token token;
    std::unique_ptr<Details> details;
};

enum class WillFate : std::uint8_t { Publish, Discard };

// The connection is over. The session stays as long as it asked for.
struct Detach {
    ClientRef client;
    ReasonCode reason = ReasonCode::Success;
    WillFate will = WillFate::Publish;
    Duration session_expiry = kAsAttached;  // may replace what Attach said
};

// A message from a client; its QoS is in the message. Answered by Settled if `id` is set.
struct Publish {
    ClientRef client;
    PacketId id;
    // Set by the connection, and then without a message, for a repeat at QoS 2 that it may not pass
    // on: Settled says so, unless the message has arrived before.
    ReasonCode refusal = ReasonCode::Success;
    MessageRef message;
};

// PUBREL: the client has heard that its QoS 2 publish arrived. Answered by Settled.
struct Release {
    ClientRef client;
    PacketId id;
};

enum class AcknowledgeKind : std::uint8_t {
    Received,   // PUBACK
    Recorded,   // PUBREC
    Completed,  // PUBCOMP
    Discarded,  // could not be sent: larger than the client takes
};

// What the client says of a delivery.
struct Acknowledge {
    ClientRef client;
    PacketId id;
    AcknowledgeKind kind = AcknowledgeKind::Received;
    ReasonCode reason = ReasonCode::Success;
};

enum class RetainHandling : std::uint8_t { Send = 0, SendIfNew = 1, DoNotSend = 2 };

struct SubscriptionOptions {
    Qos qos = Qos::AtMostOnce;
    bool no_local = false;
    bool retain_as_published = false;
    RetainHandling retain_handling = RetainHandling::Send;

    bool operator==(const SubscriptionOptions&) const = default;
};

// Answered by Subscribed with one code for each filter, in order.
struct Subscribe {
    struct Filter {
        std::string filter;  // valid; may be $share/group/filter
        SubscriptionOptions options;
        // Set by the connection where it may not be subscribed: the broker hands it back.
        ReasonCode refusal = ReasonCode::Success;
    };
    struct Details {
        std::vector<Filter> filters;
        std::uint32_t subscription_id = 0;  // 0: none
    };
    ClientRef client;
    PacketId id;
    std::unique_ptr<Details> details;
};

// Answered by Unsubscribed with one code for each filter, in order.
struct Unsubscribe {
    ClientRef client;
    PacketId id;
    std::unique_ptr<std::vector<std::string>> filters;
};

// More may be sent: what the socket has taken.
struct Credit {
    ClientRef client;
    SendCredit credit;
};

enum class InspectSubject : std::uint8_t { Broker, Clients };

// Asks for rows by value, a slice at a time; answered by Report.
struct Inspect {
    Token token;
    InspectSubject subject = InspectSubject::Broker;
    std::uint32_t cursor = 0;  // 0, then `next` of the last Report
    std::uint32_t rows_max = 100;
};

// Ends a client's connection. Answered by Administered.
struct Administer {
    Token token;
    std::unique_ptr<std::string> kick;  // the client id
};

// Keeps something with the client's session, in place of what it kept under this key, or forgets
// it; Attached hands it all back. What a client asks in one batch of requests survives together, or
// not at all: a rule's state and its effect.
//
// With an `id`, Settled says when it is safe; without one it is written along with what is. If it
// is refused for a limit, Settled says so either way, and what was kept stays.
struct Remember {
    struct Details {
        std::string key;
        std::optional<std::string> bytes;  // none: forget it
    };
    ClientRef client;
    PacketId id;
    std::unique_ptr<Details> details;
};

using Request = std::variant<Publish, Acknowledge, Release, Credit, Attach, Detach, Subscribe,
                             Unsubscribe, Inspect, Administer, Remember>;

}  // namespace kleber::port
