#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/base/qos.hpp"
#include "gateway/base/strong.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/memory.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/request.hpp"
#include "gateway/port/subscription_ids.hpp"

namespace kleber::port {

// What must survive of the broker's state, one record a change. Each is absolute: it puts the whole
// record in place of an earlier one with the same key, or erases it. So to apply a row of changes a
// second time changes nothing, and of several changes to one key only the last counts.
//
// The same records, read back at start, make the broker what it was.

struct MessageNumberTag;
// Under which a message is kept while deliveries refer to it; used again when none does.
using MessageNumber = Strong<MessageNumberTag, std::uint32_t>;

// Key: session.
struct SessionPut {
    struct Record {
        std::string client_id;
        std::string user;
        std::string common_name;       // of the certificate; empty: none
        bool is_identified = true;     // false: it was not written down who it is
        Duration expiry{0};            // kForever: never
        bool is_online = false;        // at the time of the change
        SteadyTime ends_at = kNever;   // while it is not online
        std::optional<Will> will;      // while it is online, or its delay runs
        SteadyTime will_due = kNever;  // while its delay runs
    };
    SessionId session;
    std::unique_ptr<Record> record;
};

// With its subscriptions, deliveries, inbound ids and memories.
struct SessionErased {
    SessionId session;
};

// Key: session and filter.
struct SubscriptionPut {
    struct Record {
        std::string filter;  // may be $share/group/filter
        SubscriptionOptions options;
        std::uint32_t subscription_id = 0;  // 0: none
    };
    SessionId session;
    std::unique_ptr<Record> record;
};

struct SubscriptionErased {
    SessionId session;
    std::unique_ptr<std::string> filter;
};

// Key: number. A payload is kept once however many sessions wait for it. Comes before the
// deliveries that refer to it, and is erased after them.
struct MessagePut {
    MessageNumber number;
    MessageRef message;
};

struct MessageErased {
    MessageNumber number;
};

enum class KeptState : std::uint8_t {
    Waiting,   // has no packet id yet
    Sent,      // perhaps: to be repeated under its id
    Released,  // QoS 2, PUBREC came: only its id is left
};

// Key: session and serial. Serials of a session rise in the order of its deliveries.
struct DeliveryPut {
    SessionId session;
    MessageNumber message;  // means nothing once Released
    std::uint64_t serial = 0;
    SubscriptionIds subscription_ids;
    std::unique_ptr<std::string> share;  // $share/group/filter by which it came, or none
    PacketId id;
    Qos qos = Qos::AtLeastOnce;
    bool retain = false;
    KeptState state = KeptState::Waiting;
};

struct DeliveryErased {
    SessionId session;
    std::uint64_t serial = 0;
};

// Key: session and id. A QoS 2 publish that arrived and was not yet released.
struct InboundPut {
    SessionId session;
    PacketId id;
};

struct InboundErased {
    SessionId session;
    PacketId id;
};

// Key: the message's topic.
struct RetainedPut {
    MessageRef message;
};

struct RetainedErased {
    std::unique_ptr<std::string> topic;
};

// Key: session and key.
struct MemoryPut {
    SessionId session;
    std::unique_ptr<Memory> record;
};

struct MemoryErased {
    SessionId session;
    std::unique_ptr<std::string> key;
};

using Change =
    std::variant<std::monostate, DeliveryPut, DeliveryErased, MessagePut, MessageErased, InboundPut,
                 InboundErased, RetainedPut, RetainedErased, SessionPut, SessionErased,
                 SubscriptionPut, SubscriptionErased, MemoryPut, MemoryErased>;

// What one transaction keeps. Instants in it are steady time, and mean something only beside `now`,
// the instant at which the batch was closed. A monostate stands for nothing: what was taken back.
struct ChangeBatch {
    std::uint64_t number = 0;  // rises from batch to batch
    Now now;
    std::vector<Change> changes;
};

}  // namespace kleber::port
