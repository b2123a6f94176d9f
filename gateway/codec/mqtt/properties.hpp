#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

// Property sections of MQTT 5 in their wire form (without the length in front). Every function that
// reads takes a section which a decoder has accepted or the append functions have made.
namespace kleber::codec::mqtt {

enum class PropertyId : std::uint8_t {
    PayloadFormat = 0x01,
    MessageExpiry = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionId = 0x0B,
    SessionExpiry = 0x11,
    AssignedClientId = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelay = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdsAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
};

// One property: the number if its type is one, else the text or bytes; a user property has its name
// in `name` and its value in `bytes`. `wire` is the whole of it with the identifier.
struct Property {
    PropertyId id{};
    std::uint32_t number = 0;
    Bytes bytes{};
    std::string_view name{};
    Bytes wire{};

    std::string_view text() const { return as_text(bytes); }
};

// Reads one property. The reader fails at an unknown identifier and at anything malformed.
Property read_property(ByteReader& in);

// visit(property), in order, of a section known to be valid.
template <typename Visit>
void for_each_property(Bytes properties, Visit&& visit) {
    ByteReader in{properties};
    while (in.remaining() > 0 && !in.has_failed()) visit(read_property(in));
}

// visit(name, value), in order; names may repeat.
template <typename Visit>
void for_each_user_property(Bytes properties, Visit&& visit) {
    for_each_property(properties, [&](const Property& property) {
        if (property.id == PropertyId::UserProperty) visit(property.name, property.text());
    });
}

// visit(id); a server's PUBLISH has one for each subscription it serves.
template <typename Visit>
void for_each_subscription_id(Bytes properties, Visit&& visit) {
    for_each_property(properties, [&](const Property& property) {
        if (property.id == PropertyId::SubscriptionId) visit(property.number);
    });
}

// The first property of this kind.
std::optional<Property> find_property(Bytes properties, PropertyId id);

// What travels with a message from publisher to receiver, unaltered and in order: payload format,
// content type, response topic, correlation data and user properties. Message expiry, topic alias,
// subscription identifiers and will delay belong to one hop and are left out.
bool is_forwarded(PropertyId id);
std::size_t forwarded_size(Bytes properties);
// Writes forwarded_size(properties) bytes.
void copy_forwarded(Bytes properties, std::uint8_t* out);

// The same for user properties alone.
std::size_t user_properties_size(Bytes properties);
void copy_user_properties(Bytes properties, std::uint8_t* out);

// Make a section. A number is written as the type that the property has. False, and nothing is
// appended, if a text is longer than 65,535 bytes.
void append_property(ByteBuffer& out, PropertyId id, std::uint32_t value);
[[nodiscard]] bool append_property(ByteBuffer& out, PropertyId id, std::string_view value);
[[nodiscard]] bool append_property(ByteBuffer& out, PropertyId id, Bytes value);
[[nodiscard]] bool append_user_property(ByteBuffer& out, std::string_view name,
                                        std::string_view value);

}  // namespace kleber::codec::mqtt
