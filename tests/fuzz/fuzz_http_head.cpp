#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/codec/http/request_head.hpp"
#include "gateway/codec/websocket/upgrade.hpp"

// A head that arrives in pieces is understood, or refused, as one that arrives whole; what is
// understood can be said again, and means the same; a WebSocket is granted only where all is said.
// Input: a byte that seeds the cuts, what arrives.
namespace kleber::codec {
namespace {

using http::HeadOutcome;
using http::HeadResult;
using http::RequestHead;
using websocket::UpgradeOutcome;

std::string said_again(const RequestHead& head) {
    std::string text{head.method};
    text.append(1, ' ').append(head.path);
    if (!head.query.empty()) text.append(1, '?').append(head.query);
    text.append(head.is_http_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    for (const http::Field& field : head.fields) {
        text.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    return text + "\r\n";
}

// As a link does it: the bytes so far, until they are enough.
HeadResult in_pieces(Bytes stream, std::uint32_t seed) {
    HeadResult result;
    std::size_t arrived = 0;
    while (arrived < stream.size() && result.outcome == HeadOutcome::Incomplete) {
        seed = seed * 1'664'525 + 1'013'904'223;
        arrived = std::min(stream.size(), arrived + 1 + (seed >> 24) % 64);
        // In a block of its own, so that the sanitizer sees every read beyond it.
        const std::vector<std::uint8_t> buffer{
            stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(arrived)};
        result = http::next_head(buffer);
        result.head = {};
    }
    return result;
}

void check_head(const HeadResult& result, Bytes stream) {
    const RequestHead& head = result.head;
    KLEBER_ASSERT(result.size_bytes <= std::min(stream.size(), http::kHeadBytesMax));
    KLEBER_ASSERT(as_text(stream.first(result.size_bytes)).ends_with("\r\n\r\n"));
    KLEBER_ASSERT(!head.method.empty() && head.path.starts_with('/'));
    KLEBER_ASSERT(head.fields.size() <= http::kFieldsMax);
    KLEBER_ASSERT(!head.field("transfer-encoding"));
    KLEBER_ASSERT(head.field("content-length").value_or("0") == "0");

    const std::string text = said_again(head);
    // A space after each colon may be more than there was.
    if (text.size() > http::kHeadBytesMax) return;
    const HeadResult again = http::next_head(as_bytes(text));
    KLEBER_ASSERT(again.outcome == HeadOutcome::Complete && again.size_bytes == text.size());
    KLEBER_ASSERT(said_again(again.head) == text);
    KLEBER_ASSERT(again.head.keeps_connection() == head.keeps_connection());
}

void check_upgrade(const RequestHead& head) {
    constexpr std::size_t kKeyBytes = 24;
    const websocket::Upgrade upgrade = websocket::upgrade_of(head);
    if (upgrade.outcome == UpgradeOutcome::Refused) {
        KLEBER_ASSERT(upgrade.status == 400 || upgrade.status == 405 || upgrade.status == 426);
        KLEBER_ASSERT(!upgrade.reason.empty());
    }
    if (upgrade.outcome != UpgradeOutcome::Granted) return;
    KLEBER_ASSERT(head.method == "GET" && !head.is_http_1_0);
    KLEBER_ASSERT(head.has_token("upgrade", "websocket"));
    KLEBER_ASSERT(head.has_token("connection", "upgrade"));
    KLEBER_ASSERT(head.has_token("sec-websocket-protocol", upgrade.subprotocol));
    KLEBER_ASSERT(upgrade.key.size() == kKeyBytes);
    const std::string answer = websocket::upgrade_answer(upgrade, "accept");
    KLEBER_ASSERT(answer.find("\r\n\r\n") == answer.size() - 4);
}

void check(Bytes input) {
    if (input.empty() || input.size() > 2 * http::kHeadBytesMax) return;
    const Bytes stream = input.subspan(1);
    const HeadResult whole = http::next_head(stream);
    const HeadResult pieces = in_pieces(stream, input[0]);
    KLEBER_ASSERT(whole.outcome == pieces.outcome && whole.size_bytes == pieces.size_bytes);
    // A NUL is refused as soon as it is seen, whatever is wrong beside it.
    const bool has_nul = as_text(stream).find('\0') != std::string_view::npos;
    KLEBER_ASSERT(whole.status == pieces.status || has_nul);
    KLEBER_ASSERT((whole.outcome == HeadOutcome::Refused) == (whole.status >= 400));
    if (whole.outcome != HeadOutcome::Complete) return;
    check_head(whole, stream);
    check_upgrade(whole.head);
}

}  // namespace
}  // namespace kleber::codec

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::codec::check({data, size});
    return 0;
}
