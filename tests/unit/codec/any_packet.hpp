#pragma once

#include <string>
#include <variant>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"

namespace kleber::codec::mqtt {

struct Pingreq {};
struct Pingresp {};

using AnyPacket = std::variant<Connect, Connack, Publish, Ack, Subscribe, Suback, Unsubscribe,
                               Unsuback, Pingreq, Pingresp, Disconnect, Auth>;

// Dispatches on the frame's type, as a connection does; a reserved type is malformed.
Result<AnyPacket, ReasonCode> decode_any(const Frame& frame, ProtocolVersion version,
                                         Sender sender);
Status<ReasonCode> encode_any(ByteBuffer& out, ProtocolVersion version, const AnyPacket& packet,
                              std::size_t packet_bytes_max = kPacketMax);

// All that the packet says, in words: two packets mean the same if their descriptions are equal.
// What has its default value is not mentioned.
std::string describe(const AnyPacket& packet);

}  // namespace kleber::codec::mqtt
