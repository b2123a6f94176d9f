#include "gateway/connection/outgoing.hpp"

#include <algorithm>

#include "gateway/base/assert.hpp"

namespace kleber::connection {
namespace {

// Below this it is cheaper to keep what has been written than to move what has not.
constexpr std::size_t kCompactMin = 64 << 10;

}  // namespace

void Outgoing::refer_to(const port::MessageRef& message) {
    attachments_.push_back({.offset = bytes_.size(), .message = message});
    attached_bytes_ += message->payload().size();
}

std::size_t Outgoing::gather(std::span<Piece> pieces) const {
    std::size_t count = 0;
    const auto add = [&](const std::uint8_t* data, std::size_t size) {
        if (size > 0 && count < pieces.size()) pieces[count++] = {data, size};
    };
    std::size_t at = written_;
    std::size_t skip = attachment_written_;
    for (const Attachment& attachment : attachments_) {
        add(bytes_.data() + at, attachment.offset - at);
        const Bytes payload = attachment.message->payload();
        add(payload.data() + skip, payload.size() - skip);
        at = attachment.offset;
        skip = 0;
        if (count == pieces.size()) return count;
    }
    add(bytes_.data() + at, bytes_.size() - at);
    return count;
}

void Outgoing::consume_part(std::size_t count) {
    KLEBER_ASSERT(count < size_bytes());
    std::size_t attachments_done = 0;
    while (count > 0) {
        const bool is_last = attachments_done == attachments_.size();
        const std::size_t end = is_last ? bytes_.size() : attachments_[attachments_done].offset;
        const std::size_t copied = std::min(count, end - written_);
        written_ += copied;
        count -= copied;
        if (count == 0) break;

        const std::size_t payload = attachments_[attachments_done].message->payload().size();
        const std::size_t referred = std::min(count, payload - attachment_written_);
        attachment_written_ += referred;
        attached_bytes_ -= referred;
        count -= referred;
        if (attachment_written_ == payload) {
            attachment_written_ = 0;
            ++attachments_done;
        }
    }
    if (attachments_done > 0) {
        attachments_.erase(attachments_.begin(),
                           attachments_.begin() + static_cast<std::ptrdiff_t>(attachments_done));
    }
    if (written_ >= kCompactMin && written_ >= bytes_.size() / 2) {
        compact();
    }
}

void Outgoing::compact() {
    bytes_.consume(written_);
    for (Attachment& attachment : attachments_) attachment.offset -= written_;
    written_ = 0;
}

void Outgoing::release_memory() {
    *this = Outgoing{};
}

}  // namespace kleber::connection
