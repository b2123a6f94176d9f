#include "gateway/net/web_stream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gateway/codec/websocket/frame.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::net {
namespace {

using codec::websocket::FrameHeader;
using codec::websocket::HeaderOutcome;
using codec::websocket::MaskKey;
using codec::websocket::Opcode;

// A publish of QoS 0 with so many bytes of remaining length.
std::string packet(std::size_t length) {
    ByteBuffer bytes;
    bytes.u8(0x30);
    bytes.varint(static_cast<std::uint32_t>(length));
    return std::string{as_text(bytes.bytes())} + std::string(length, 'x');
}

class WebStreamTest : public testing::Test {
  protected:
    WebStreamTest() {
        int sockets[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets), 0);
        here_ = runtime::FileDescriptor{sockets[0]};
        there_ = runtime::FileDescriptor{sockets[1]};
        stream_ = std::make_unique<WebStream>(here_.get(), nullptr, Bytes{});
    }
    // As a client's frame.
    void say(Opcode opcode, std::string_view payload) {
        ByteBuffer bytes;
        // That of zeros changes nothing.
        codec::websocket::put_header(
            bytes, {.opcode = opcode, .mask = MaskKey{}, .payload_bytes = payload.size()});
        bytes.append(payload);
        const ssize_t sent = ::send(there_.get(), bytes.data(), bytes.size(), 0);
        ASSERT_EQ(sent, static_cast<ssize_t>(bytes.size()));
    }
    std::string receive() {
        std::array<std::uint8_t, 1000> room;
        const Received received = stream_->receive(room);
        return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(received.size)};
    }
    void read_all() {
        std::array<char, 100'000> room;
        for (ssize_t size; (size = ::recv(there_.get(), room.data(), room.size(), 0)) > 0;) {
            arrived_.append(room.data(), static_cast<std::size_t>(size));
        }
    }
    // What has arrived, frame by frame.
    std::vector<std::pair<Opcode, std::string>> frames() {
        read_all();
        std::vector<std::pair<Opcode, std::string>> frames;
        while (!arrived_.empty()) {
            const auto header = codec::websocket::next_header(as_bytes(arrived_));
            EXPECT_EQ(header.outcome, HeaderOutcome::Complete);
            if (header.outcome != HeaderOutcome::Complete) break;
            const auto size = static_cast<std::size_t>(header.header.payload_bytes);
            frames.emplace_back(header.header.opcode, arrived_.substr(header.size_bytes, size));
            arrived_.erase(0, header.size_bytes + size);
        }
        return frames;
    }

    runtime::FileDescriptor here_;
    runtime::FileDescriptor there_;
    std::unique_ptr<WebStream> stream_;
    std::string arrived_;
};

TEST_F(WebStreamTest, gives_each_packet_a_frame_of_its_own) {
    connection::Outgoing out;
    const std::vector<std::string> packets = {packet(0), packet(127), packet(128), packet(300'000),
                                              packet(2)};
    for (const std::string& one : packets) out.bytes().append(one);
    while (stream_->send(out) == Sending::Blocked) read_all();
    const auto got = frames();
    ASSERT_EQ(got.size(), packets.size());
    for (std::size_t index = 0; index < got.size(); ++index) {
        EXPECT_EQ(got[index].first, Opcode::Binary);
        EXPECT_TRUE(got[index].second == packets[index]) << index;
    }
    EXPECT_FALSE(stream_->wants_to_write());
}

TEST_F(WebStreamTest, answers_a_ping_between_frames_and_not_within_one) {
    connection::Outgoing out;
    out.bytes().append(packet(2'000'000));
    EXPECT_EQ(stream_->send(out), Sending::Blocked);
    say(Opcode::Ping, "you?");
    EXPECT_EQ(receive(), "");
    EXPECT_TRUE(stream_->wants_to_write());
    while (stream_->send(out) == Sending::Blocked) read_all();
    const auto got = frames();
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].second.size(), packet(2'000'000).size());
    EXPECT_EQ(got[1], std::pair(Opcode::Pong, std::string{"you?"}));
}

TEST_F(WebStreamTest, keeps_few_answers_for_who_does_not_read_them) {
    connection::Outgoing out;
    out.bytes().append(packet(2'000'000));
    EXPECT_EQ(stream_->send(out), Sending::Blocked);
    for (int number = 0; number < 1000; ++number) {
        say(Opcode::Ping, std::to_string(number));
        EXPECT_EQ(receive(), "");
    }
    while (stream_->send(out) == Sending::Blocked) read_all();
    const auto got = frames();
    EXPECT_LT(got.size(), 500U);
    EXPECT_EQ(got.back(), std::pair(Opcode::Pong, std::string{"999"}));
}

TEST_F(WebStreamTest, tells_of_an_end_that_came_with_the_last_words) {
    say(Opcode::Binary, "last");
    say(Opcode::Close, "");
    EXPECT_EQ(receive(), "last");
    EXPECT_TRUE(stream_->has_pending());
    std::array<std::uint8_t, 10> room;
    EXPECT_EQ(stream_->receive(room).outcome, Receiving::Ended);
    EXPECT_EQ(frames(), (std::vector{std::pair(Opcode::Close, std::string{})}));
}

TEST_F(WebStreamTest, begins_with_what_came_with_the_request) {
    ByteBuffer early;
    codec::websocket::put_header(early,
                                 {.opcode = Opcode::Binary, .mask = MaskKey{}, .payload_bytes = 5});
    early.append(std::string_view{"hello"});
    stream_ = std::make_unique<WebStream>(here_.get(), nullptr, early.bytes());
    EXPECT_TRUE(stream_->has_pending());
    EXPECT_EQ(receive(), "hello");
    EXPECT_FALSE(stream_->has_pending());
}

}  // namespace
}  // namespace kleber::net
