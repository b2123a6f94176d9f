#include "tests/support/link.hpp"

#include <utility>

namespace kleber::support {

void Link::drop() {
    if (wire_->is_closed) return;
    wire_->is_lost = true;
    wire_->to_client.clear();
}

std::vector<std::uint8_t> Link::receive_bytes() {
    const codec::mqtt::FramingResult framed =
        codec::mqtt::next_frame(wire_->to_client, codec::mqtt::kPacketMax);
    if (framed.outcome != codec::mqtt::Framing::Complete) return {};
    const auto end = wire_->to_client.begin() + static_cast<std::ptrdiff_t>(framed.size_bytes);
    std::vector<std::uint8_t> packet{wire_->to_client.begin(), end};
    wire_->to_client.erase(wire_->to_client.begin(), end);
    return packet;
}

}  // namespace kleber::support
