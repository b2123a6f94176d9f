#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gateway/codec/websocket/frame.hpp"

namespace kleber::codec::websocket {

// Masks bytes, or takes the mask off them, in place. `offset`: where in the frame's payload they
// begin.
void apply_mask(std::span<std::uint8_t> bytes, const MaskKey& key, std::uint64_t offset);

}  // namespace kleber::codec::websocket
