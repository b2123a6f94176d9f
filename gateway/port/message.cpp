#include "gateway/port/message.hpp"

#include <cstring>
#include <new>

#include "gateway/base/hash.hpp"
#include "gateway/port/message_memory.hpp"

namespace kleber::port {

std::uint32_t hash_topic(std::string_view topic) {
    return hash_text(topic);
}

Message::Message(const MessageFields& fields, Sharing sharing)
    : expires_at_(fields.expires_at),
      properties_bytes_(static_cast<std::uint32_t>(fields.properties.size())),
      payload_bytes_(static_cast<std::uint32_t>(fields.payload.size())),
      topic_hash_(fields.topic_hash ? *fields.topic_hash : hash_topic(fields.topic)),
      publisher_(fields.publisher),
      topic_bytes_(static_cast<std::uint16_t>(fields.topic.size())),
      flags_(static_cast<std::uint8_t>(static_cast<std::uint8_t>(fields.qos) |
                                       (fields.retain ? kRetain : 0) |
                                       (sharing == Sharing::ManyThreads ? kShared : 0))) {
    char* at = reinterpret_cast<char*>(this + 1);
    std::memcpy(at, fields.topic.data(), fields.topic.size());
    at += fields.topic.size();
    if (!fields.properties.empty()) {
        std::memcpy(at, fields.properties.data(), fields.properties.size());
        at += fields.properties.size();
    }
    if (!fields.payload.empty()) {
        std::memcpy(at, fields.payload.data(), fields.payload.size());
    }
}

MessageRef Message::make(const MessageFields& fields, Sharing sharing) {
    const std::size_t size =
        sizeof(Message) + fields.topic.size() + fields.properties.size() + fields.payload.size();
    void* room = sharing == Sharing::OneThread ? MessageMemory::of_this_thread().take(size)
                                               : ::operator new(size);
    return MessageRef{new (room) Message{fields, sharing}};
}

void Message::destroy(Message* message) {
    const std::size_t size = message->block_bytes();
    const bool was_shared = message->is_shared();
    message->~Message();
    if (was_shared) {
        ::operator delete(message);
    } else {
        MessageMemory::of_this_thread().give_back(message, size);
    }
}

}  // namespace kleber::port
