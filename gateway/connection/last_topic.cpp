#include "gateway/connection/last_topic.hpp"

#include <cstring>

#include "gateway/port/message.hpp"

namespace kleber::connection {

bool LastTopic::keep(std::string_view topic) {
    if (topic == text()) return false;
    hash_ = port::hash_topic(topic);
    bytes_ = 0;
    if (topic.size() > kBytesMax) return true;
    const auto size = static_cast<std::uint16_t>(topic.size());
    if (size > room_bytes_) {
        text_.reset(new char[size]);
        room_bytes_ = size;
    }
    std::memcpy(text_.get(), topic.data(), size);
    bytes_ = size;
    return true;
}

}  // namespace kleber::connection
