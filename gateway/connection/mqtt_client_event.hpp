#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "gateway/base/qos.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/base/strong.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/subscription_ids.hpp"

// What an MqttClient tells its owner.
namespace kleber::connection {

struct TicketTag;
// The owner's own name for something it asked for, handed back with the answer.
using Ticket = Strong<TicketTag, std::uint64_t>;

// Names a received message towards acknowledge(). One of a session that is gone names nothing.
struct Receipt {
    std::uint32_t session = 0;
    std::uint16_t packet_id = 0;  // 0: QoS 0, nothing to acknowledge

    bool operator==(const Receipt&) const = default;
};

// What the server said in CONNACK, or what holds where it said nothing.
struct ServerLimits {
    std::uint16_t receive_maximum = 65'535;
    Qos maximum_qos = Qos::ExactlyOnce;
    bool retain_available = true;
    std::size_t packet_bytes_max = codec::mqtt::kPacketMax;
    std::uint16_t topic_alias_maximum = 0;
    bool wildcard_subscription_available = true;
    bool subscription_ids_available = true;
    bool shared_subscription_available = true;
    std::uint16_t keep_alive_seconds = 0;  // what the client keeps to; 0: none
    std::uint32_t session_expiry_seconds = 0;
};

struct Connected {
    // False: subscriptions are to be made (again). MQTT 3.1 never says so, and making them again
    // does no harm.
    bool session_present = false;
    ServerLimits server{};
    std::string client_id{};            // the one in use, which the server may have made up
    std::size_t republished_count = 0;  // SessionLoss::PublishAgain: how many go out a second time
};

struct Received {
    port::MessageRef message{};  // its expiry counts from now on
    port::SubscriptionIds subscription_ids{};
    Receipt receipt{};
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool is_repeated = false;  // DUP; may have been seen before at QoS 1
};

// A publish is done: written at QoS 0, acknowledged above. An error code is the server's refusal.
struct Published {
    Ticket ticket{};
    Qos qos = Qos::AtMostOnce;  // the one it left with
    ReasonCode reason = ReasonCode::Success;
};

struct Subscribed {
    Ticket ticket{};
    std::vector<ReasonCode> codes{};  // one a filter, in order
};

struct Unsubscribed {
    Ticket ticket{};
    std::vector<ReasonCode> codes{};  // one a filter, in order
};

enum class DiscardReason : std::uint8_t {
    Expired,             // its expiry passed while it waited
    TooLarge,            // for the server
    QosNotSupported,     // by the server
    RetainNotSupported,  // by the server
    SessionLost,         // unacknowledged when the server had lost the session
    LinkLost,            // a subscribe or unsubscribe that was not answered
};

// What was asked under this ticket will not happen, or nobody will hear whether it did.
struct Discarded {
    Ticket ticket{};
    DiscardReason reason = DiscardReason::Expired;
};

enum class EndedBy : std::uint8_t { Server, Client, Link };

// The connection is over; write what is left and close. Connect again to go on.
struct Ended {
    ReasonCode reason = ReasonCode::Success;
    EndedBy by = EndedBy::Client;
    std::string detail{};            // the server's reason string, or ours in words; may be empty
    std::string server_reference{};  // where the server wants the client to go; may be empty
};

using ClientEvent =
    std::variant<Received, Published, Connected, Subscribed, Unsubscribed, Discarded, Ended>;

}  // namespace kleber::connection
