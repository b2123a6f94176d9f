#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/codec/http/request_head.hpp"

// RFC 6455, 4.2: how an HTTP connection becomes a WebSocket that carries MQTT.
namespace kleber::codec::websocket {

enum class UpgradeOutcome : std::uint8_t {
    NotAsked,  // an ordinary request
    Granted,
    Refused,
};

struct Upgrade {
    UpgradeOutcome outcome = UpgradeOutcome::NotAsked;
    std::string_view key;          // Granted: Sec-WebSocket-Key
    std::string_view subprotocol;  // Granted: "mqtt" or "mqttv3.1"
    std::uint16_t status = 0;      // Refused: 400, 405 or 426
    std::string_view reason;       // Refused: for people
};

// What the request wants. Views into it, or of constants.
Upgrade upgrade_of(const http::RequestHead& head);

// The answer to a granted one. `accept`: base64 of the SHA-1 of key and kAcceptSuffix.
std::string upgrade_answer(const Upgrade& upgrade, std::string_view accept);
inline constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

}  // namespace kleber::codec::websocket
