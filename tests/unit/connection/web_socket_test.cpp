#include "gateway/connection/web_socket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/codec/websocket/mask.hpp"

namespace kleber::connection {
namespace {

using codec::websocket::FrameHeader;
using codec::websocket::MaskKey;
using codec::websocket::Opcode;
using CloseCode = WebSocket::CloseCode;

constexpr MaskKey kKey{9, 8, 7, 6};

std::string frame(Opcode opcode, std::string payload, bool is_final = true, bool is_masked = true) {
    FrameHeader header{
        .opcode = opcode, .is_final = is_final, .mask = {}, .payload_bytes = payload.size()};
    if (is_masked) {
        header.mask = kKey;
        codec::websocket::apply_mask(
            {reinterpret_cast<std::uint8_t*>(payload.data()), payload.size()}, kKey, 0);
    }
    ByteBuffer out;
    codec::websocket::put_header(out, header);
    return std::string{as_text(out.bytes())} + payload;
}

// A server's end of a WebSocket, and what it heard.
struct End {
    WebSocket socket{WebSocket::Role::Server};
    std::string heard;
    ByteBuffer out;

    // In pieces of this size.
    void receive(const std::string& bytes, std::size_t piece) {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            std::string part = bytes.substr(at, piece);
            heard += as_text(
                socket.receive({reinterpret_cast<std::uint8_t*>(part.data()), part.size()}, out));
        }
    }
    // Sent as a server's frame.
    bool has_sent(Opcode opcode, const std::string& payload) const {
        return as_text(out.bytes()) == frame(opcode, payload, true, false);
    }
};

std::string code(CloseCode value) {
    const auto number = static_cast<std::uint16_t>(value);
    return {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
}

TEST(WebSocket, gives_what_is_in_the_frames_however_it_arrives) {
    const std::string bytes = frame(Opcode::Binary, "one") + frame(Opcode::Binary, "") +
                              frame(Opcode::Binary, std::string(300, 'x')) +
                              frame(Opcode::Binary, "fr", false) + frame(Opcode::Ping, "p") +
                              frame(Opcode::Continuation, "ag", false) +
                              frame(Opcode::Continuation, "ment") + frame(Opcode::Pong, "late");
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        End end;
        end.receive(bytes, piece);
        EXPECT_EQ(end.heard, "one" + std::string(300, 'x') + "fragment") << piece;
        EXPECT_TRUE(end.has_sent(Opcode::Pong, "p")) << piece;
        EXPECT_FALSE(end.socket.has_ended());
    }
}

TEST(WebSocket, ends_where_the_other_side_breaks_the_protocol) {
    const std::pair<std::string, CloseCode> wrong[] = {
        {frame(Opcode::Text, "a"), CloseCode::UnsupportedData},
        {frame(Opcode::Binary, "a", true, false), CloseCode::ProtocolError},
        {frame(Opcode::Continuation, "a"), CloseCode::ProtocolError},
        {frame(Opcode::Binary, "", false) + frame(Opcode::Binary, "a"), CloseCode::ProtocolError},
        {frame(Opcode::Close, "x"), CloseCode::ProtocolError},
        {"\xF2\x80", CloseCode::ProtocolError},
    };
    for (const auto& [bytes, why] : wrong) {
        for (const std::size_t piece : {std::size_t{1}, bytes.size()}) {
            End end;
            end.receive(bytes + frame(Opcode::Binary, "never heard"), piece);
            EXPECT_TRUE(end.socket.has_ended());
            EXPECT_EQ(end.socket.end_code(), why);
            EXPECT_EQ(end.heard, "");
            EXPECT_TRUE(end.has_sent(Opcode::Close, code(why)));
        }
    }
}

TEST(WebSocket, a_close_is_answered_once) {
    End end;
    end.receive(
        frame(Opcode::Binary, "last") + frame(Opcode::Close, code(CloseCode::Normal) + "bye"), 1);
    EXPECT_EQ(end.heard, "last");
    EXPECT_TRUE(end.socket.has_ended());
    EXPECT_EQ(end.socket.end_code(), std::nullopt);
    EXPECT_TRUE(end.has_sent(Opcode::Close, code(CloseCode::Normal)));
    end.socket.close(CloseCode::GoingAway, end.out);
    EXPECT_TRUE(end.has_sent(Opcode::Close, code(CloseCode::Normal)));
}

TEST(WebSocket, hears_nothing_after_its_own_end_but_that_of_the_other_side) {
    for (const std::size_t step : {1U, 100U}) {
        End end;
        end.socket.close(CloseCode::GoingAway, end.out);
        EXPECT_TRUE(end.has_sent(Opcode::Close, code(CloseCode::GoingAway)));
        EXPECT_FALSE(end.socket.has_ended());
        end.receive(frame(Opcode::Binary, "too late") + frame(Opcode::Ping, "you?"), step);
        EXPECT_FALSE(end.socket.has_ended());
        end.receive(frame(Opcode::Close, code(CloseCode::GoingAway)), step);
        EXPECT_TRUE(end.socket.has_ended());
        EXPECT_EQ(end.heard, "");
        EXPECT_TRUE(end.has_sent(Opcode::Close, code(CloseCode::GoingAway))) << "once";
    }
}

TEST(WebSocket, both_ends_understand_each_other) {
    WebSocket client{WebSocket::Role::Client};
    ByteBuffer wire;
    client.put_frame(wire, 5, MaskKey{});
    wire.append(std::string_view{"hello"});
    End server;
    server.receive(std::string{as_text(wire.bytes())}, 3);
    EXPECT_EQ(server.heard, "hello");

    ByteBuffer back;
    server.socket.put_frame(back, 2);
    back.append(std::string_view{"hi"});
    ByteBuffer none;
    const Bytes heard = client.receive({back.data(), back.size()}, none);
    EXPECT_EQ(as_text(heard), "hi");
    server.socket.close(CloseCode::GoingAway, back);
}

}  // namespace
}  // namespace kleber::connection
