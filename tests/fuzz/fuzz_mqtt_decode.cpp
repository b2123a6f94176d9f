#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "gateway/base/assert.hpp"
#include "tests/unit/codec/any_packet.hpp"

// Whatever a decoder accepts, the encoder can say again, and it means the same.
// Input: a byte that chooses version and sender, the first byte of the packet, its body.
namespace kleber::codec::mqtt {
namespace {

void check(Bytes input) {
    if (input.size() < 2) return;
    constexpr std::array kVersions{ProtocolVersion::V31, ProtocolVersion::V311,
                                   ProtocolVersion::V5};
    const ProtocolVersion version = kVersions[input[0] % 3];
    const Sender sender = (input[0] & 0x80) != 0 ? Sender::Server : Sender::Client;
    const Frame frame{.first = input[1], .body = input.subspan(2)};
    static_cast<void>(refusal_version(frame));
    const auto packet = decode_any(frame, version, sender);
    if (!packet) {
        KLEBER_ASSERT(is_error(packet.error()));
        return;
    }

    ByteBuffer once;
    KLEBER_ASSERT(encode_any(once, version, *packet).has_value());
    const FramingResult framed = next_frame(once.bytes(), kPacketMax);
    KLEBER_ASSERT(framed.outcome == Framing::Complete && framed.size_bytes == once.size());
    const auto again = decode_any(framed.frame, version, sender);
    KLEBER_ASSERT(again.has_value());
    KLEBER_ASSERT(describe(*again) == describe(*packet));

    ByteBuffer twice;
    KLEBER_ASSERT(encode_any(twice, version, *again).has_value());
    KLEBER_ASSERT(std::ranges::equal(once.bytes(), twice.bytes()));
}

}  // namespace
}  // namespace kleber::codec::mqtt

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::codec::mqtt::check({data, size});
    return 0;
}
