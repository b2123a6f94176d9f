#include "gateway/connection/message_fields.hpp"

#include <cstring>
#include <limits>

#include "gateway/base/utf8.hpp"
#include "gateway/codec/mqtt/properties.hpp"
#include "gateway/port/request.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

bool is_utf8_payload(Bytes payload) {
    // What MQTT forbids in its own texts, U+0000, is UTF-8 all the same: the parts between are
    // looked at, since no character contains a zero byte.
    std::string_view text = as_text(payload);
    for (;;) {
        const std::size_t zero = text.find('\0');
        if (!is_mqtt_utf8(text.substr(0, zero))) return false;
        if (zero == std::string_view::npos) return true;
        text.remove_prefix(zero + 1);
    }
}

bool is_response_topic_valid(Bytes properties) {
    const auto response_topic = mqtt::find_property(properties, mqtt::PropertyId::ResponseTopic);
    return response_topic && topic::is_valid_name(response_topic->text());
}

std::size_t count_user_properties(Bytes properties) {
    std::size_t count = 0;
    mqtt::for_each_user_property(properties, [&](std::string_view, std::string_view) { ++count; });
    return count;
}

Bytes forwarded_of(Bytes properties, ByteBuffer& room) {
    const std::size_t size = mqtt::forwarded_size(properties);
    if (size == properties.size()) return properties;
    if (size == 0) return {};
    mqtt::copy_forwarded(properties, room.extend(size));
    return room.bytes();
}

Duration session_expiry_of(std::uint32_t seconds) {
    if (seconds == std::numeric_limits<std::uint32_t>::max()) return port::kForever;
    return std::chrono::seconds{seconds};
}

}  // namespace kleber::connection
