#pragma once

#include <compare>
#include <cstdint>

#include "gateway/base/strong.hpp"

namespace kleber::port {

struct SessionIdTag;
struct GenerationTag;
struct SeatIdTag;
struct PacketIdTag;

// A session of the broker: the number of its slot in the low 20 bits, and how often that slot was
// used before in the rest, so that a message outlives the session of its publisher without being
// taken for another's.
using SessionId = Strong<SessionIdTag, std::uint32_t>;
// Counts the attachments to a session slot: what an earlier one asked is dropped.
using Generation = Strong<GenerationTag, std::uint32_t>;
// A thread with participants: a lane, or a service.
using SeatId = Strong<SeatIdTag, std::uint16_t>;
// 1..65,535 while a delivery or a publish is open; 0 for none.
using PacketId = Strong<PacketIdTag, std::uint16_t>;

inline constexpr SessionId kNoSession{~std::uint32_t{0}};
inline constexpr std::uint32_t kSessionSlotBits = 20;
inline constexpr std::uint32_t kSessionSlotsMax = (1U << kSessionSlotBits) - 1;
constexpr std::uint32_t slot_of(SessionId session) {
    return session.value & kSessionSlotsMax;
}

// Who asks: given out with `Attached`, named in every request after it.
struct ClientRef {
    SessionId session = kNoSession;
    Generation generation{};

    auto operator<=>(const ClientRef&) const = default;
};

// Whom a reply is for: the seat's own name for one of its participants, given with `Attach` and
// returned on every reply. `use` tells two users of a slot apart, so that late replies are dropped.
struct Token {
    std::uint32_t slot = 0;
    std::uint32_t use = 0;

    auto operator<=>(const Token&) const = default;
};

}  // namespace kleber::port
