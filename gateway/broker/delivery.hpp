#pragma once

#include <cstdint>

#include "gateway/base/qos.hpp"
#include "gateway/broker/place.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/subscription_ids.hpp"

namespace kleber::broker {

// Shared groups are numbered; most deliveries belong to none.
inline constexpr std::uint32_t kNoGroup = ~std::uint32_t{0};

enum class DeliveryState : std::uint8_t {
    Waiting,      // not sent yet
    Sent,         // waits for PUBACK or PUBREC
    Interrupted,  // the same, and the connection was lost: to be repeated under its id
    Released,     // PUBREC came, PUBREL went out: waits for PUBCOMP
};

// A message on its way to one client.
struct Delivery {
    port::MessageRef message;  // empty once Released
    port::SubscriptionIds subscription_ids;
    std::uint64_t serial = 0;        // rises with each delivery to the client
    Place place = kNoPlace;          // of its record, see ledger.hpp
    std::uint32_t group = kNoGroup;  // of the shared subscription that chose this client
    port::PacketId id;               // since its sending
    Qos qos : 2 = Qos::AtMostOnce;
    bool retain : 1 = false;
    DeliveryState state : 2 = DeliveryState::Waiting;
};
static_assert(sizeof(void*) != 8 || sizeof(Delivery) == 40, "what one waiting message costs");

}  // namespace kleber::broker
