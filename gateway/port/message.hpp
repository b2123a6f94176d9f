#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/qos.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/identity.hpp"

namespace kleber::port {

class MessageRef;

// Whether a message may be referred to from several threads. With one lane it is not, and counting
// its references needs no locked instruction.
enum class Sharing : std::uint8_t { OneThread, ManyThreads };

inline constexpr SteadyTime kNever = SteadyTime::max();

// What a message is made of.
struct MessageFields {
    std::string_view topic;                     // a valid topic name
    std::optional<std::uint32_t> topic_hash{};  // hash_topic(topic), if it is known already
    Bytes properties{};  // those that travel with it, in MQTT 5's own encoding, without length
    Bytes payload{};
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    SteadyTime expires_at = kNever;
    SessionId publisher = kNoSession;
};

// One published message: a single immutable block that all receivers share.
class Message {
  public:
    static MessageRef make(const MessageFields& fields, Sharing sharing);

    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    std::string_view topic() const { return {data(), topic_bytes_}; }
    Bytes properties() const { return as_bytes({data() + topic_bytes_, properties_bytes_}); }
    Bytes payload() const {
        return as_bytes({data() + topic_bytes_ + properties_bytes_, payload_bytes_});
    }
    Qos qos() const { return static_cast<Qos>(flags_ & kQosMask); }
    bool is_retained() const { return (flags_ & kRetain) != 0; }
    SessionId publisher() const { return publisher_; }
    // Of the topic's text; the same within one process only.
    std::uint32_t topic_hash() const { return topic_hash_; }

    SteadyTime expires_at() const { return expires_at_; }
    bool is_expired(SteadyTime now) const { return expires_at_ <= now; }

    // Under which number the broker keeps it, 0 if it does not. The broker's own note, for its
    // thread alone: it is no part of what the message says.
    std::uint32_t kept_number() const { return kept_number_; }
    void set_kept_number(std::uint32_t number) const { kept_number_ = number; }

    // What it weighs in queues and credits: about its size on a wire.
    std::uint32_t weight_bytes() const {
        return std::uint32_t{topic_bytes_} + properties_bytes_ + payload_bytes_ + 8;
    }

  private:
    friend class MessageRef;
    Message(const MessageFields& fields, Sharing sharing);

    static constexpr std::uint8_t kQosMask = 0x03;
    static constexpr std::uint8_t kRetain = 0x04;
    static constexpr std::uint8_t kShared = 0x08;

    bool is_shared() const { return (flags_ & kShared) != 0; }
    std::size_t block_bytes() const {
        return sizeof(Message) + topic_bytes_ + properties_bytes_ + payload_bytes_;
    }
    const char* data() const { return reinterpret_cast<const char*>(this + 1); }
    void add_reference() {
        if (is_shared()) {
            references_.fetch_add(1, std::memory_order_relaxed);
        } else {
            references_.store(references_.load(std::memory_order_relaxed) + 1,
                              std::memory_order_relaxed);
        }
    }
    bool drop_reference() {  // true if it was the last one
        if (is_shared()) {
            return references_.fetch_sub(1, std::memory_order_acq_rel) == 1;
        }
        const std::uint32_t left = references_.load(std::memory_order_relaxed) - 1;
        references_.store(left, std::memory_order_relaxed);
        return left == 0;
    }
    static void destroy(Message* message);

    SteadyTime expires_at_;
    std::atomic<std::uint32_t> references_{1};
    std::uint32_t properties_bytes_;
    std::uint32_t payload_bytes_;
    std::uint32_t topic_hash_;
    SessionId publisher_;
    mutable std::uint32_t kept_number_ = 0;
    std::uint16_t topic_bytes_;
    std::uint8_t flags_;
};

// Shares one message; empty after being moved from.
class MessageRef {
  public:
    MessageRef() = default;
    MessageRef(const MessageRef& other) : message_(other.message_) {
        if (message_) message_->add_reference();
    }
    MessageRef(MessageRef&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
    MessageRef& operator=(MessageRef other) noexcept {
        std::swap(message_, other.message_);
        return *this;
    }
    // Most are moved from when they go: that is looked at in place, the rest is a call.
    ~MessageRef() {
        if (message_) drop();
    }

    const Message* operator->() const { return message_; }
    const Message& operator*() const { return *message_; }
    explicit operator bool() const { return message_ != nullptr; }
    bool operator==(const MessageRef& other) const { return message_ == other.message_; }

  private:
    friend class Message;
    explicit MessageRef(Message* message) : message_(message) {}
    void drop() {
        if (message_->drop_reference()) Message::destroy(message_);
    }

    Message* message_ = nullptr;
};

// The hash that Message::topic_hash() holds.
std::uint32_t hash_topic(std::string_view topic);

}  // namespace kleber::port
