#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/codec/websocket/frame.hpp"

namespace kleber::connection {

// What stands between MQTT and a WebSocket once that is open, at either end: frames off what
// arrives, frames around what leaves, pings answered, an orderly end. Holds no payload.
class WebSocket {
  public:
    enum class Role : std::uint8_t { Server, Client };
    using CloseCode = codec::websocket::CloseCode;

    explicit WebSocket(Role role) : role_(role) {}

    // Takes what has arrived, and makes of it what MQTT sees: the result is at the front of
    // `bytes`, in place. Answers to pings and to the end are appended to `out`, whole frames.
    Bytes receive(std::span<std::uint8_t> bytes, ByteBuffer& out);

    // Appends the header of a frame of so many bytes of MQTT. A client masks them with `mask`.
    void put_frame(ByteBuffer& out, std::uint64_t payload_bytes,
                   const std::optional<codec::websocket::MaskKey>& mask = std::nullopt) const;

    // Ends it from our side, once; nothing may be sent after it, and nothing is heard but the other
    // side's consent: go on until has_ended().
    void close(CloseCode code, ByteBuffer& out);
    bool is_closing() const { return is_closing_; }

    // Both sides have closed it, or the other has broken the protocol: write what is in `out`, and
    // close the connection.
    bool has_ended() const { return has_ended_; }
    // Why, if it was our decision.
    std::optional<CloseCode> end_code() const { return end_code_; }

  private:
    // Where its next byte belongs.
    enum class Expecting : std::uint8_t { Header, Data, Control };

    std::size_t take_header(Bytes bytes, ByteBuffer& out);
    bool begin_frame(const codec::websocket::FrameHeader& header);
    void end_control(ByteBuffer& out);
    void break_off(CloseCode code, ByteBuffer& out);
    void put_control(ByteBuffer& out, codec::websocket::Opcode opcode, Bytes payload) const;

    const Role role_;
    Expecting expecting_ = Expecting::Header;
    bool is_in_message_ = false;  // a data frame came that was not its last
    bool is_closing_ = false;     // we have said so
    bool has_ended_ = false;
    std::optional<CloseCode> end_code_;
    codec::websocket::FrameHeader frame_;
    std::uint64_t taken_bytes_ = 0;  // of the frame's payload
    // A header, or the payload of a control frame, that has not wholly arrived.
    std::array<std::uint8_t, codec::websocket::kControlPayloadMax> part_;
    std::size_t part_bytes_ = 0;
};

}  // namespace kleber::connection
