#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/framer.hpp"

// A stream that arrives in pieces gives the same frames as one that arrives whole.
// Input: a byte that chooses the limit, a byte that seeds the cuts, the stream.
namespace kleber::codec::mqtt {
namespace {

// What was found in a stream: where each frame began, and how it ended.
struct Found {
    std::vector<std::size_t> sizes;
    Framing last = Framing::Incomplete;
    ReasonCode reason = ReasonCode::Success;

    bool operator==(const Found&) const = default;
};

// Takes the frames that `bytes` hold from `at` on, and moves `at` behind them.
void take_frames(Bytes bytes, std::size_t& at, std::size_t packet_bytes_max, Found& found) {
    while (found.last != Framing::Refused) {
        const Bytes rest = bytes.subspan(at);
        const FramingResult framed = next_frame(rest, packet_bytes_max);
        found.last = framed.outcome;
        found.reason = framed.reason;
        if (framed.outcome == Framing::Incomplete) {
            KLEBER_ASSERT(framed.size_bytes > rest.size());
            KLEBER_ASSERT(framed.size_bytes <= packet_bytes_max || rest.size() < 5);
            return;
        }
        if (framed.outcome == Framing::Refused) return;
        KLEBER_ASSERT(framed.size_bytes >= 2 && framed.size_bytes <= rest.size());
        KLEBER_ASSERT(framed.size_bytes <= packet_bytes_max);
        KLEBER_ASSERT(framed.frame.body.data() + framed.frame.body.size() ==
                      rest.data() + framed.size_bytes);
        found.sizes.push_back(framed.size_bytes);
        at += framed.size_bytes;
    }
}

Found whole(Bytes stream, std::size_t packet_bytes_max) {
    Found found;
    std::size_t at = 0;
    take_frames(stream, at, packet_bytes_max, found);
    return found;
}

Found in_pieces(Bytes stream, std::size_t packet_bytes_max, std::uint32_t seed) {
    Found found;
    std::size_t at = 0;
    std::size_t arrived = 0;
    while (arrived < stream.size()) {
        seed = seed * 1'664'525 + 1'013'904'223;
        arrived = std::min(stream.size(), arrived + 1 + (seed >> 24) % 7);
        // In a block of its own, so that the sanitizer sees every read beyond it.
        const std::vector<std::uint8_t> buffer{
            stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(arrived)};
        take_frames(buffer, at, packet_bytes_max, found);
    }
    return found;
}

void check(Bytes input) {
    if (input.size() < 2 || input.size() > 4096) return;
    constexpr std::array<std::size_t, 4> kLimits{2, 16, 1024, kPacketMax};
    const std::size_t packet_bytes_max = kLimits[input[0] % kLimits.size()];
    const Bytes stream = input.subspan(2);
    KLEBER_ASSERT(whole(stream, packet_bytes_max) == in_pieces(stream, packet_bytes_max, input[1]));
}

}  // namespace
}  // namespace kleber::codec::mqtt

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::codec::mqtt::check({data, size});
    return 0;
}
