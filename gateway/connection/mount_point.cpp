#include "gateway/connection/mount_point.hpp"

#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/properties.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

namespace {

// With what `translate` makes of the response topic in its place.
template <typename Translate>
Bytes translated(Bytes properties, ByteBuffer& room, Translate translate) {
    if (!mqtt::find_property(properties, mqtt::PropertyId::ResponseTopic)) return properties;
    mqtt::for_each_property(properties, [&](const mqtt::Property& property) {
        const bool is_topic = property.id == mqtt::PropertyId::ResponseTopic;
        const auto topic = is_topic ? translate(property.text()) : std::string{};
        // One that has become too long, or is elsewhere, leads nowhere either way.
        if (topic.empty() || !mqtt::append_property(room, property.id, std::string_view{topic})) {
            room.append(property.wire);
        }
    });
    return room.bytes();
}

}  // namespace

std::string MountPoint::inward_filter(std::string_view filter) const {
    const topic::SharedFilter parts = topic::parse_shared(filter);
    const std::string_view sharing = filter.substr(0, filter.size() - parts.filter.size());
    KLEBER_ASSERT(parts.sharing != topic::Sharing::Malformed);
    return std::string{sharing}.append(prefix_).append(parts.filter);
}

Bytes MountPoint::inward_properties(Bytes properties, ByteBuffer& room) const {
    if (is_root()) return properties;
    return translated(properties, room, [&](std::string_view topic) { return inward(topic); });
}

Bytes MountPoint::outward_properties(Bytes properties, ByteBuffer& room) const {
    if (is_root()) return properties;
    return translated(properties, room,
                      [&](std::string_view topic) { return std::string{outward(topic)}; });
}

}  // namespace kleber::connection
