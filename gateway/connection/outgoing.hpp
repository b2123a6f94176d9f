#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/base/byte_buffer.hpp"
#include "gateway/port/message.hpp"

namespace kleber::connection {

// A part of what is to be written, where it lies in memory.
struct Piece {
    const std::uint8_t* data = nullptr;
    std::size_t size = 0;
};

// What is to be written to one link: a stream of bytes in which large payloads are referred to
// instead of being copied. Holds no memory until something is appended.
class Outgoing {
  public:
    // Payloads above this size are referred to.
    static constexpr std::size_t kCopyMax = 2048;

    // To append to; nothing else may be done with it.
    ByteBuffer& bytes() { return bytes_; }
    void append_payload(const port::MessageRef& message) {
        const Bytes payload = message->payload();
        if (payload.size() > kCopyMax) return refer_to(message);
        bytes_.append(payload);
    }

    bool empty() const { return written_ == bytes_.size() && attachments_.empty(); }
    std::size_t size_bytes() const { return bytes_.size() - written_ + attached_bytes_; }

    // All that is left, if nothing of it is referred to; else nothing.
    Piece plain() const {
        if (!attachments_.empty()) return {};
        return {bytes_.data() + written_, bytes_.size() - written_};
    }
    // Fills in what comes next, in order, and returns how many pieces that makes: all that is left
    // if there is room for it. The pieces hold until the next change.
    std::size_t gather(std::span<Piece> pieces) const;
    // The first `count` bytes, at most size_bytes(), are written.
    void consume(std::size_t count) {
        if (count != size_bytes()) return consume_part(count);
        bytes_.clear();
        attachments_.clear();
        written_ = attachment_written_ = attached_bytes_ = 0;
    }

    // Exchanges the memory, so that a lane needs as many buffers as it has busy links. Both must be
    // empty.
    void swap_memory(ByteBuffer& other) {
        KLEBER_ASSERT(empty() && other.empty());
        bytes_.swap(other);
    }
    // Drops all that is left, and the memory.
    void release_memory();

  private:
    struct Attachment {
        std::size_t offset;  // in bytes_: what comes before it
        port::MessageRef message;
    };

    void refer_to(const port::MessageRef& message);
    void consume_part(std::size_t count);
    void compact();

    ByteBuffer bytes_;
    std::vector<Attachment> attachments_;
    std::size_t written_ = 0;             // of bytes_
    std::size_t attachment_written_ = 0;  // of the first attachment's payload
    std::size_t attached_bytes_ = 0;      // not yet written, of all attachments
};

}  // namespace kleber::connection
