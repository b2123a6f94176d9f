#include "gateway/recorder/message_codec.hpp"

#include <algorithm>

#include "gateway/base/numbers.hpp"

namespace kleber::recorder {
namespace {

constexpr std::uint8_t kQosMask = 0x03;
constexpr std::uint8_t kRetain = 0x04;

}  // namespace

void MessageWriter::put(WallTime time, const Heard& heard) {
    first_ = is_empty() ? time : std::min(first_, time);
    last_ = is_empty() ? time : std::max(last_, time);
    ++count_;
    const std::int64_t milliseconds = time.time_since_epoch().count();
    put_signed(out_, milliseconds - previous_);
    previous_ = milliseconds;
    out_.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(heard.qos) |
                                      (heard.retain ? kRetain : 0)));
    const auto found = std::find(topics_.begin(), topics_.end(), heard.topic);
    put_number(out_, static_cast<std::uint64_t>(found - topics_.begin()));
    if (found == topics_.end()) {
        put_text(out_, heard.topic);
        topics_.emplace_back(heard.topic);
    }
    put_bytes(out_, heard.payload);
}

bool read_messages(Bytes block, std::vector<Recorded>& messages) {
    ByteReader in{block};
    std::vector<std::string> topics;
    // Without a sign: what is damaged may be any number.
    std::uint64_t time = 0;
    while (in.remaining() > 0) {
        time += static_cast<std::uint64_t>(take_signed(in));
        const std::uint8_t flags = in.u8();
        const std::uint64_t topic = take_number(in, topics.size());
        if (topic == topics.size()) topics.emplace_back(take_text(in));
        const Bytes payload = take_bytes(in);
        if ((flags & kQosMask) > static_cast<std::uint8_t>(Qos::ExactlyOnce)) in.fail();
        if (in.has_failed()) return false;
        messages.push_back({WallTime{Duration{static_cast<std::int64_t>(time)}},
                            topics[static_cast<std::size_t>(topic)], std::string{as_text(payload)},
                            static_cast<Qos>(flags & kQosMask), (flags & kRetain) != 0});
    }
    return true;
}

}  // namespace kleber::recorder
