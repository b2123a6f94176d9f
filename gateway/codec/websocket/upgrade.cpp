#include "gateway/codec/websocket/upgrade.hpp"

#include <algorithm>

namespace kleber::codec::websocket {
namespace {

constexpr std::string_view kVersion = "13";
// [MQTT-6.0.0-3] "mqtt"; the other is what clients of MQTT 3.1 say.
constexpr std::string_view kSubprotocols[] = {"mqtt", "mqttv3.1"};

constexpr std::uint16_t kBadRequest = 400;
constexpr std::uint16_t kMethodNotAllowed = 405;
constexpr std::uint16_t kUpgradeRequired = 426;

// Sixteen bytes in base64.
bool is_key(std::string_view key) {
    constexpr std::size_t kSize = 24;
    if (key.size() != kSize || !key.ends_with("==")) return false;
    return std::all_of(key.begin(), key.end() - 2, [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
               (character >= '0' && character <= '9') || character == '+' || character == '/';
    });
}

Upgrade refuse(std::uint16_t status, std::string_view reason) {
    return {.outcome = UpgradeOutcome::Refused,
            .key = {},
            .subprotocol = {},
            .status = status,
            .reason = reason};
}

}  // namespace

Upgrade upgrade_of(const http::RequestHead& head) {
    if (!head.has_token("upgrade", "websocket")) return {};
    if (head.method != "GET") return refuse(kMethodNotAllowed, "a WebSocket begins with GET");
    if (head.is_http_1_0 || !head.has_token("connection", "upgrade")) {
        return refuse(kBadRequest, "expected Connection: Upgrade, in HTTP/1.1");
    }
    if (head.field("sec-websocket-version") != kVersion) {
        return refuse(kUpgradeRequired, "expected Sec-WebSocket-Version: 13");
    }
    const std::string_view key = head.field("sec-websocket-key").value_or("");
    if (!is_key(key)) return refuse(kBadRequest, "Sec-WebSocket-Key makes no sense");
    for (const std::string_view subprotocol : kSubprotocols) {
        if (head.has_token("sec-websocket-protocol", subprotocol)) {
            return {.outcome = UpgradeOutcome::Granted,
                    .key = key,
                    .subprotocol = subprotocol,
                    .status = 0,
                    .reason = {}};
        }
    }
    return refuse(kBadRequest, "expected Sec-WebSocket-Protocol: mqtt");
}

std::string upgrade_answer(const Upgrade& upgrade, std::string_view accept) {
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    answer.append(accept).append("\r\nSec-WebSocket-Protocol: ").append(upgrade.subprotocol);
    return answer.append("\r\n\r\n");
}

}  // namespace kleber::codec::websocket
