#pragma once

#include <cstdint>

namespace kleber::broker {

// Where the last change of a record stands (see ledger.hpp): the number of its batch, and its slot
// there in the low 24 bits.
using Place = std::uint64_t;
inline constexpr Place kNoPlace = 0;
inline constexpr int kPlaceSlotBits = 24;

constexpr Place make_place(std::uint64_t batch, std::uint32_t slot) {
    return batch << kPlaceSlotBits | slot;
}
constexpr std::uint64_t batch_of(Place place) {
    return place >> kPlaceSlotBits;
}
constexpr std::uint32_t slot_of(Place place) {
    return static_cast<std::uint32_t>(place & ((1U << kPlaceSlotBits) - 1));
}

}  // namespace kleber::broker
