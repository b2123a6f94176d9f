#include "gateway/codec/mqtt/property_reader.hpp"

namespace kleber::codec::mqtt {
namespace {

// What its type allows but its meaning does not.
ReasonCode check_value(const Property& property) {
    switch (property.id) {
        case PropertyId::PayloadFormat:
        case PropertyId::RequestProblemInformation:
        case PropertyId::RequestResponseInformation:
        case PropertyId::MaximumQos:
        case PropertyId::RetainAvailable:
        case PropertyId::WildcardSubscriptionAvailable:
        case PropertyId::SubscriptionIdsAvailable:
        case PropertyId::SharedSubscriptionAvailable:
            return property.number > 1 ? ReasonCode::ProtocolError : ReasonCode::Success;
        case PropertyId::SubscriptionId:
        case PropertyId::ReceiveMaximum:
        case PropertyId::MaximumPacketSize:
            return property.number == 0 ? ReasonCode::ProtocolError : ReasonCode::Success;
        case PropertyId::TopicAlias:
            // [MQTT-3.3.2-8]
            if (property.number == 0) return ReasonCode::TopicAliasInvalid;
            return ReasonCode::Success;
        default:
            return ReasonCode::Success;
    }
}

// A server's PUBLISH has one subscription identifier for each subscription that matched.
bool may_repeat(PropertyId id, PropertySet allowed) {
    return id == PropertyId::UserProperty ||
           (id == PropertyId::SubscriptionId && allowed.has(PropertyId::TopicAlias));
}

}  // namespace

PropertyReader::PropertyReader(ByteReader& in, PropertySet allowed)
    : section_(in.take(in.varint())), in_(section_), allowed_(allowed) {}

const Property* PropertyReader::next() {
    if (error_ != ReasonCode::Success || in_.remaining() == 0) return nullptr;
    property_ = read_property(in_);
    error_ = check();
    if (error_ != ReasonCode::Success) return nullptr;
    seen_.add(property_.id);
    return &property_;
}

ReasonCode PropertyReader::check() const {
    if (in_.has_failed()) return ReasonCode::MalformedPacket;
    if (!allowed_.has(property_.id)) return ReasonCode::MalformedPacket;
    if (seen_.has(property_.id) && !may_repeat(property_.id, allowed_)) {
        return ReasonCode::ProtocolError;
    }
    return check_value(property_);
}

}  // namespace kleber::codec::mqtt
