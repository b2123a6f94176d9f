#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/base/result.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/codec/mqtt/packets.hpp"

// Packets to bytes, appended to `out`, for either role and every version; an older version leaves
// out what it cannot say.
//
// encode() either appends one whole packet of at most `packet_bytes_max` (the receiver's Maximum
// Packet Size) or fails and appends nothing: PacketTooLarge if it does not fit or holds a text of
// more than 65,535 bytes, ProtocolError if the version has no such packet or cannot say it. User
// properties, then the reason string, are left out where the packet would not fit with them.
namespace kleber::codec::mqtt {

Status<ReasonCode> encode(ByteBuffer& out, const Connect& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Connack& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Publish& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Ack& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Subscribe& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Suback& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Unsubscribe& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Unsuback& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Disconnect& packet,
                          std::size_t packet_bytes_max = kPacketMax);
Status<ReasonCode> encode(ByteBuffer& out, const Auth& packet,
                          std::size_t packet_bytes_max = kPacketMax);
void encode_pingreq(ByteBuffer& out);
void encode_pingresp(ByteBuffer& out);

// PUBACK, PUBREC, PUBREL or PUBCOMP without text, which always fits: the server's usual answer.
void encode_ack(ByteBuffer& out, ProtocolVersion version, PacketType type, PacketId packet_id,
                ReasonCode reason = ReasonCode::Success);

// A PUBLISH on its way to one receiver, all but the payload, which the caller appends or refers to.
struct PublishHeader {
    std::string_view topic{};  // empty if the alias stands for it; at most 65,535 bytes
    Bytes properties{};        // written as they are: only such as travel (see copy_forwarded)
    std::span<const std::uint32_t> subscription_ids{};
    std::size_t payload_size = 0;
    std::optional<std::uint32_t> message_expiry{};
    std::uint16_t topic_alias = 0;  // 0: none
    PacketId packet_id = 0;         // not written at QoS 0
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool dup = false;
};

// The size of the whole packet, payload included, to be compared with the receiver's maximum before
// encode_publish_header, which must not be called for more than kPacketMax.
std::size_t encoded_size(ProtocolVersion version, const PublishHeader& header);
void encode_publish_header(ByteBuffer& out, ProtocolVersion version, const PublishHeader& header);

// The CONNACK return code (0 to 5) of MQTT 3.1 and 3.1.1 that comes nearest, and what it says.
std::uint8_t connack_return_code(ReasonCode reason);

}  // namespace kleber::codec::mqtt
