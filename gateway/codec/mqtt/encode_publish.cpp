#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/encode_packet.hpp"

namespace kleber::codec::mqtt {
namespace {

constexpr std::size_t kMessageExpirySize = 5;
constexpr std::size_t kTopicAliasSize = 3;

bool has_packet_id(Qos qos) {
    // [MQTT-2.3.1-5] of 3.1.1, [MQTT-2.2.1-2] of 5.0
    if (qos == Qos::AtMostOnce) return false;
    return true;
}

std::uint8_t first_byte_of(Qos qos, bool retain, bool dup) {
    return first_byte(PacketType::Publish,
                      (dup ? 0x08U : 0U) | static_cast<unsigned>(qos) << 1 | (retain ? 0x01U : 0U));
}

// The property section without its length.
std::size_t properties_size(const PublishHeader& header) {
    std::size_t size = header.properties.size();
    if (header.message_expiry) size += kMessageExpirySize;
    if (header.topic_alias != 0) size += kTopicAliasSize;
    for (const std::uint32_t id : header.subscription_ids) size += 1 + varint_size(id);
    return size;
}

std::size_t remaining_length(ProtocolVersion version, const PublishHeader& header,
                             std::size_t properties) {
    std::size_t size = 2 + header.topic.size() + header.payload_size;
    if (has_packet_id(header.qos)) size += 2;
    if (version == ProtocolVersion::V5) size += varint_size(properties) + properties;
    return size;
}

template <typename Out>
void put_properties(Out& out, const Publish& packet) {
    if (packet.message_expiry) put_u32(out, PropertyId::MessageExpiry, *packet.message_expiry);
    if (packet.topic_alias) put_u16(out, PropertyId::TopicAlias, *packet.topic_alias);
    for_each_subscription_id(packet.properties, [&](std::uint32_t id) {
        out.u8(static_cast<std::uint8_t>(PropertyId::SubscriptionId));
        out.varint(id);
    });
    out.forwarded(packet.properties);
}

}  // namespace

std::size_t encoded_size(ProtocolVersion version, const PublishHeader& header) {
    const std::size_t remaining = remaining_length(
        version, header, version == ProtocolVersion::V5 ? properties_size(header) : 0);
    return 1 + varint_size(remaining) + remaining;
}

void encode_publish_header(ByteBuffer& out, ProtocolVersion version, const PublishHeader& header) {
    const bool is_v5 = version == ProtocolVersion::V5;
    const std::size_t properties = is_v5 ? properties_size(header) : 0;
    const std::size_t remaining = remaining_length(version, header, properties);
    KLEBER_ASSERT(remaining <= kVarintMax && header.topic.size() <= kTextMax);

    WireWriter writer{out.extend(1 + varint_size(remaining) + remaining - header.payload_size)};
    writer.u8(first_byte_of(header.qos, header.retain, header.dup));
    writer.varint(remaining);
    writer.text(header.topic);
    if (has_packet_id(header.qos)) writer.u16(header.packet_id);
    if (!is_v5) return;

    writer.varint(properties);
    if (properties == 0) return;
    if (header.message_expiry) put_u32(writer, PropertyId::MessageExpiry, *header.message_expiry);
    if (header.topic_alias != 0) put_u16(writer, PropertyId::TopicAlias, header.topic_alias);
    for (const std::uint32_t id : header.subscription_ids) {
        writer.u8(static_cast<std::uint8_t>(PropertyId::SubscriptionId));
        writer.varint(id);
    }
    writer.raw(header.properties);
}

Status<ReasonCode> encode(ByteBuffer& out, ProtocolVersion version, const Publish& packet,
                          std::size_t packet_bytes_max) {
    const bool has_id = has_packet_id(packet.qos);
    // [MQTT-2.3.1-1] of 3.1.1, [MQTT-2.2.1-3] and [MQTT-2.2.1-4] of 5.0
    if (has_id && packet.packet_id == 0) return fail(ReasonCode::ProtocolError);
    // [MQTT-3.3.1-2]
    if (!has_id && packet.dup) return fail(ReasonCode::ProtocolError);

    const auto body = [&](auto& to, Detail) {
        to.text(packet.topic);
        if (has_id) to.u16(packet.packet_id);
        if (version == ProtocolVersion::V5) {
            put_section(to, [&](auto& section) { put_properties(section, packet); });
        }
        to.raw(packet.payload);
    };
    return encode_packet(out, first_byte_of(packet.qos, packet.retain, packet.dup),
                         packet_bytes_max, body);
}

}  // namespace kleber::codec::mqtt
