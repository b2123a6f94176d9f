#include "gateway/codec/websocket/upgrade.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kleber::codec::websocket {
namespace {

struct Request {
    std::string method = "GET";
    std::string version = "HTTP/1.1";
    std::string upgrade = "websocket";
    std::string connection = "keep-alive, Upgrade";
    std::string protocol = "soap, mqtt";
    std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
    std::string socket_version = "13";
};

// Text must stay while the result is used.
Upgrade upgrade_of(const Request& request, std::string& text) {
    text = request.method + " /mqtt " + request.version +
           "\r\nHost: a\r\nUpgrade: " + request.upgrade + "\r\nConnection: " + request.connection +
           "\r\nSec-WebSocket-Protocol: " + request.protocol +
           "\r\nSec-WebSocket-Key: " + request.key +
           "\r\nSec-WebSocket-Version: " + request.socket_version + "\r\n\r\n";
    const http::HeadResult head = http::next_head(as_bytes(text));
    EXPECT_EQ(head.outcome, http::HeadOutcome::Complete);
    return websocket::upgrade_of(head.head);
}

TEST(WebSocketUpgrade, is_granted_for_mqtt) {
    std::string text;
    const Upgrade upgrade = upgrade_of({}, text);
    ASSERT_EQ(upgrade.outcome, UpgradeOutcome::Granted) << upgrade.reason;
    EXPECT_EQ(upgrade.key, "dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_EQ(upgrade.subprotocol, "mqtt");
    EXPECT_EQ(upgrade_answer(upgrade, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
              "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    EXPECT_EQ(upgrade_of({.protocol = "mqttv3.1"}, text).subprotocol, "mqttv3.1");
    EXPECT_EQ(upgrade_of({.upgrade = "WebSocket"}, text).outcome, UpgradeOutcome::Granted);
}

TEST(WebSocketUpgrade, is_refused_with_a_reason) {
    const std::pair<Request, int> wrong[] = {
        {{.method = "POST"}, 405},      {{.version = "HTTP/1.0"}, 400},
        {{.connection = "close"}, 400}, {{.socket_version = "8"}, 426},
        {{.key = "short"}, 400},        {{.key = "dGhlIHNhbXBsZSBub25jZQ=?"}, 400},
        {{.protocol = "soap"}, 400},    {{.protocol = "mqttx"}, 400},
    };
    for (const auto& [request, status] : wrong) {
        std::string text;
        const Upgrade upgrade = upgrade_of(request, text);
        EXPECT_EQ(upgrade.outcome, UpgradeOutcome::Refused) << text;
        EXPECT_EQ(upgrade.status, status) << text;
        EXPECT_NE(upgrade.reason, "");
    }
}

TEST(WebSocketUpgrade, is_not_asked_by_an_ordinary_request) {
    std::string text;
    EXPECT_EQ(upgrade_of({.upgrade = "h2c"}, text).outcome, UpgradeOutcome::NotAsked);
}

}  // namespace
}  // namespace kleber::codec::websocket
