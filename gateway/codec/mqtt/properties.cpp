#include "gateway/codec/mqtt/properties.hpp"

#include <array>
#include <cstring>

#include "gateway/codec/mqtt/wire_writer.hpp"

namespace kleber::codec::mqtt {
namespace {

enum class Kind : std::uint8_t { Unknown, U8, U16, U32, Varint, Text, Binary, Pair };

constexpr std::array<Kind, 0x2B> kinds() {
    std::array<Kind, 0x2B> table{};
    const auto set = [&](PropertyId id, Kind kind) { table[static_cast<std::size_t>(id)] = kind; };
    set(PropertyId::PayloadFormat, Kind::U8);
    set(PropertyId::MessageExpiry, Kind::U32);
    set(PropertyId::ContentType, Kind::Text);
    set(PropertyId::ResponseTopic, Kind::Text);
    set(PropertyId::CorrelationData, Kind::Binary);
    set(PropertyId::SubscriptionId, Kind::Varint);
    set(PropertyId::SessionExpiry, Kind::U32);
    set(PropertyId::AssignedClientId, Kind::Text);
    set(PropertyId::ServerKeepAlive, Kind::U16);
    set(PropertyId::AuthenticationMethod, Kind::Text);
    set(PropertyId::AuthenticationData, Kind::Binary);
    set(PropertyId::RequestProblemInformation, Kind::U8);
    set(PropertyId::WillDelay, Kind::U32);
    set(PropertyId::RequestResponseInformation, Kind::U8);
    set(PropertyId::ResponseInformation, Kind::Text);
    set(PropertyId::ServerReference, Kind::Text);
    set(PropertyId::ReasonString, Kind::Text);
    set(PropertyId::ReceiveMaximum, Kind::U16);
    set(PropertyId::TopicAliasMaximum, Kind::U16);
    set(PropertyId::TopicAlias, Kind::U16);
    set(PropertyId::MaximumQos, Kind::U8);
    set(PropertyId::RetainAvailable, Kind::U8);
    set(PropertyId::UserProperty, Kind::Pair);
    set(PropertyId::MaximumPacketSize, Kind::U32);
    set(PropertyId::WildcardSubscriptionAvailable, Kind::U8);
    set(PropertyId::SubscriptionIdsAvailable, Kind::U8);
    set(PropertyId::SharedSubscriptionAvailable, Kind::U8);
    return table;
}
constexpr std::array<Kind, 0x2B> kKinds = kinds();

Kind kind_of(std::uint8_t id) {
    return id < kKinds.size() ? kKinds[id] : Kind::Unknown;
}

template <typename Pick>
std::size_t picked_size(Bytes properties, Pick pick) {
    std::size_t size = 0;
    for_each_property(properties, [&](const Property& property) {
        if (pick(property.id)) size += property.wire.size();
    });
    return size;
}

template <typename Pick>
void copy_picked(Bytes properties, std::uint8_t* out, Pick pick) {
    for_each_property(properties, [&](const Property& property) {
        if (!pick(property.id)) return;
        std::memcpy(out, property.wire.data(), property.wire.size());
        out += property.wire.size();
    });
}

bool is_user_property(PropertyId id) {
    return id == PropertyId::UserProperty;
}

}  // namespace

Property read_property(ByteReader& in) {
    const std::uint8_t* start = in.position();
    const std::uint8_t id = in.u8();
    Property property{.id = static_cast<PropertyId>(id)};
    switch (kind_of(id)) {
        case Kind::U8:
            property.number = in.u8();
            break;
        case Kind::U16:
            property.number = in.u16();
            break;
        case Kind::U32:
            property.number = in.u32();
            break;
        case Kind::Varint:
            property.number = in.varint();
            break;
        case Kind::Text:
            property.bytes = as_bytes(in.utf8());
            break;
        case Kind::Binary:
            property.bytes = in.binary();
            break;
        case Kind::Pair:
            // [MQTT-1.5.7-1]
            property.name = in.utf8();
            property.bytes = as_bytes(in.utf8());
            break;
        case Kind::Unknown:
            in.fail();
            break;
    }
    property.wire = {start, in.position()};
    return property;
}

std::optional<Property> find_property(Bytes properties, PropertyId id) {
    ByteReader in{properties};
    while (in.remaining() > 0) {
        const Property property = read_property(in);
        if (property.id == id) return property;
    }
    return std::nullopt;
}

bool is_forwarded(PropertyId id) {
    switch (id) {
        case PropertyId::PayloadFormat:
        case PropertyId::ContentType:
        case PropertyId::ResponseTopic:
        case PropertyId::CorrelationData:
        case PropertyId::UserProperty:
            return true;
        default:
            return false;
    }
}

std::size_t forwarded_size(Bytes properties) {
    return picked_size(properties, is_forwarded);
}

void copy_forwarded(Bytes properties, std::uint8_t* out) {
    copy_picked(properties, out, is_forwarded);
}

std::size_t user_properties_size(Bytes properties) {
    return picked_size(properties, is_user_property);
}

void copy_user_properties(Bytes properties, std::uint8_t* out) {
    copy_picked(properties, out, is_user_property);
}

void append_property(ByteBuffer& out, PropertyId id, std::uint32_t value) {
    out.u8(static_cast<std::uint8_t>(id));
    switch (kind_of(static_cast<std::uint8_t>(id))) {
        case Kind::U8:
            out.u8(static_cast<std::uint8_t>(value));
            break;
        case Kind::U16:
            out.u16(static_cast<std::uint16_t>(value));
            break;
        case Kind::Varint:
            out.varint(value);
            break;
        default:
            out.u32(value);
            break;
    }
}

bool append_property(ByteBuffer& out, PropertyId id, std::string_view value) {
    return append_property(out, id, as_bytes(value));
}

bool append_property(ByteBuffer& out, PropertyId id, Bytes value) {
    if (value.size() > kTextMax) return false;
    out.u8(static_cast<std::uint8_t>(id));
    out.binary(value);
    return true;
}

bool append_user_property(ByteBuffer& out, std::string_view name, std::string_view value) {
    if (name.size() > kTextMax || value.size() > kTextMax) return false;
    out.u8(static_cast<std::uint8_t>(PropertyId::UserProperty));
    out.text(name);
    out.text(value);
    return true;
}

}  // namespace kleber::codec::mqtt
