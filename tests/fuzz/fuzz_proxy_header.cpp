#include <algorithm>
#include <cstdint>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/codec/proxy/header.hpp"

// A header of the PROXY protocol that arrives in pieces is understood, or refused, as one that
// arrives whole; it is never longer than it may be, and takes nothing of what follows.
// Input: a byte that seeds the cuts, what arrives.
namespace kleber::codec::proxy {
namespace {

bool is_same(const HeaderResult& one, const HeaderResult& other) {
    if (one.outcome != other.outcome || one.size_bytes != other.size_bytes) return false;
    if (one.client.has_value() != other.client.has_value()) return false;
    return !one.client ||
           (one.client->address == other.client->address && one.client->port == other.client->port);
}

// Of the first so many bytes, in a block of its own, so that the sanitizer sees every read beyond.
HeaderResult header_of(Bytes stream, std::size_t size) {
    const std::vector<std::uint8_t> bytes{stream.begin(),
                                          stream.begin() + static_cast<std::ptrdiff_t>(size)};
    return next_header(bytes);
}

HeaderResult in_pieces(Bytes stream, std::uint32_t seed) {
    HeaderResult result;
    std::size_t arrived = 0;
    while (arrived < stream.size() && result.outcome == HeaderOutcome::Incomplete) {
        seed = seed * 1'664'525 + 1'013'904'223;
        arrived = std::min(stream.size(), arrived + 1 + (seed >> 24) % 16);
        result = header_of(stream, arrived);
    }
    return result;
}

void check(Bytes input) {
    if (input.empty() || input.size() > 2 * kHeaderBytesMax) return;
    const Bytes stream = input.subspan(1);
    const HeaderResult whole = header_of(stream, stream.size());
    KLEBER_ASSERT(is_same(whole, in_pieces(stream, input[0])));
    KLEBER_ASSERT((whole.outcome == HeaderOutcome::Refused) == !whole.reason.empty());
    if (whole.outcome != HeaderOutcome::Complete) {
        KLEBER_ASSERT(whole.outcome == HeaderOutcome::Refused || stream.size() < kHeaderBytesMax);
        return;
    }
    KLEBER_ASSERT(whole.size_bytes <= std::min(stream.size(), kHeaderBytesMax));
    KLEBER_ASSERT(is_same(whole, header_of(stream, whole.size_bytes)));
    KLEBER_ASSERT(header_of(stream, whole.size_bytes - 1).outcome == HeaderOutcome::Incomplete);
}

}  // namespace
}  // namespace kleber::codec::proxy

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::codec::proxy::check({data, size});
    return 0;
}
