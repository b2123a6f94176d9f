#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

// RFC 6455: the frames of a WebSocket.
namespace kleber::codec::websocket {

enum class Opcode : std::uint8_t {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
};
inline bool is_control(Opcode opcode) {
    return static_cast<std::uint8_t>(opcode) >= 8;
}

// Why a WebSocket is closed.
enum class CloseCode : std::uint16_t {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    UnsupportedData = 1003,
    TooLarge = 1009,
};

using MaskKey = std::array<std::uint8_t, 4>;

struct FrameHeader {
    Opcode opcode = Opcode::Binary;
    bool is_final = true;
    std::optional<MaskKey> mask;
    std::uint64_t payload_bytes = 0;
};

constexpr std::size_t kHeaderBytesMax = 14;
constexpr std::size_t kControlPayloadMax = 125;

enum class HeaderOutcome : std::uint8_t { Complete, Incomplete, Refused };

struct HeaderResult {
    HeaderOutcome outcome = HeaderOutcome::Incomplete;
    FrameHeader header{};        // Complete
    std::size_t size_bytes = 0;  // Complete: of the header. Incomplete: what it needs at least
};

// Looks for a header at the start of `bytes`. Refused is what no frame of RFC 6455 without an
// extension has: reserved bits or opcodes, a length in more bytes than it needs or beyond 2^63, a
// control frame that is long or in fragments.
HeaderResult next_header(Bytes bytes);

// Appends the header in its shortest form.
void put_header(ByteBuffer& out, const FrameHeader& header);

}  // namespace kleber::codec::websocket
