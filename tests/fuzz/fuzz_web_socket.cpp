#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/codec/websocket/mask.hpp"
#include "gateway/connection/web_socket.hpp"

// Frames that arrive in pieces give the same bytes of MQTT, the same answers and the same end as
// frames that arrive whole; the answers are frames that the other end understands; what is heard
// can be framed and heard again. Input: a byte that chooses the end, a byte that seeds the cuts,
// the stream.
namespace kleber::connection {
namespace {

using Role = WebSocket::Role;

// What came of a stream.
struct Heard {
    std::string data;
    std::string answers;
    bool has_ended = false;
    std::optional<WebSocket::CloseCode> end_code;

    bool operator==(const Heard&) const = default;
};

// An end that is given a stream bit by bit.
class End {
  public:
    explicit End(Role role) : socket_(role) {}

    void receive(Bytes bytes) {
        // In a block of its own, so that the sanitizer sees every access beyond it.
        std::vector<std::uint8_t> piece{bytes.begin(), bytes.end()};
        const bool had_ended = socket_.has_ended();
        const std::size_t answers_bytes = answers_.size();
        const Bytes data = socket_.receive(piece, answers_);
        KLEBER_ASSERT(data.size() <= piece.size());
        KLEBER_ASSERT(data.empty() || data.data() == piece.data());
        KLEBER_ASSERT(!had_ended || (data.empty() && answers_.size() == answers_bytes));
        data_ += as_text(data);
    }

    Heard heard() const {
        return {.data = data_,
                .answers = std::string{as_text(answers_.bytes())},
                .has_ended = socket_.has_ended(),
                .end_code = socket_.end_code()};
    }

  private:
    WebSocket socket_;
    std::string data_;
    ByteBuffer answers_;
};

Heard whole(Role role, Bytes stream) {
    End end{role};
    end.receive(stream);
    return end.heard();
}

Heard in_pieces(Role role, Bytes stream, std::uint32_t seed) {
    End end{role};
    std::size_t at = 0;
    while (at < stream.size()) {
        seed = seed * 1'664'525 + 1'013'904'223;
        const std::size_t size = std::min<std::size_t>(stream.size() - at, (seed >> 24) % 12);
        end.receive(stream.subspan(at, size));
        at += size;
    }
    return end.heard();
}

// The other end takes the answers for what they are: no data, and no fault but one that was told.
void check_answers(Role other, const Heard& heard) {
    const Heard taken = whole(other, as_bytes(heard.answers));
    KLEBER_ASSERT(taken.data.empty());
    KLEBER_ASSERT(taken.has_ended == heard.has_ended);
    KLEBER_ASSERT(!taken.end_code);
}

// As frames of the other end, in parts.
void check_again(Role role, Role other, const std::string& data, std::uint8_t seed) {
    constexpr std::size_t kPartMax = 200;
    const WebSocket from{other};
    ByteBuffer wire;
    for (std::size_t at = 0; at < data.size(); at += kPartMax) {
        std::string part = data.substr(at, kPartMax);
        std::optional<codec::websocket::MaskKey> mask;
        if (other == Role::Client) {
            mask = {seed, 1, 2, static_cast<std::uint8_t>(at)};
            codec::websocket::apply_mask(
                {reinterpret_cast<std::uint8_t*>(part.data()), part.size()}, *mask, 0);
        }
        from.put_frame(wire, part.size(), mask);
        wire.append(part);
    }
    const Heard again = in_pieces(role, wire.bytes(), seed);
    KLEBER_ASSERT(again.data == data && again.answers.empty() && !again.has_ended);
}

void check(Bytes input) {
    if (input.size() < 2 || input.size() > 16'384) return;
    const Role role = (input[0] & 1) != 0 ? Role::Client : Role::Server;
    const Role other = role == Role::Server ? Role::Client : Role::Server;
    const Bytes stream = input.subspan(2);
    const Heard heard = whole(role, stream);
    KLEBER_ASSERT(heard == in_pieces(role, stream, input[1]));
    KLEBER_ASSERT(!heard.end_code || heard.has_ended);
    check_answers(other, heard);
    check_again(role, other, heard.data, input[1]);
}

}  // namespace
}  // namespace kleber::connection

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::connection::check({data, size});
    return 0;
}
