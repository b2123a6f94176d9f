#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/control/control_commands.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"

namespace kleber::control {

// The conversation with one caller: lines in, lines out, without a socket. One command at a time:
// the next one begins when the answer to the last has left, so that a caller who asks without
// reading costs no memory.
class ControlSession {
  public:
    // A client id of the greatest length fits into a line, even if much of it is escaped.
    static constexpr std::size_t kLineBytesMax = 256 << 10;

    ControlSession(const ControlCommands& commands, port::Token token)
        : commands_(commands), token_(token) {}

    struct Turn {
        const Now& now;
        std::vector<port::Request>& requests;
        std::string& out;  // answers are appended; empty when all has left
        AnswerLater later = {};
    };

    void receive(std::string_view bytes, Turn& turn);
    // The broker's answer to a command.
    void take(port::Reply&& reply, Turn& turn);
    // The answer of a command that gives it later.
    void take_answer(const std::string& line, Turn& turn);
    // Goes on with what was received before; to be called when `out` has become empty.
    void proceed(Turn& turn);

    bool is_busy() const { return command_ != nullptr; }
    // After a line that is too long nothing more is understood: write what is in `out`, and close.
    bool has_ended() const { return has_ended_; }

  private:
    void begin(std::string_view line, Turn& turn);
    void answer(const std::string& line, Turn& turn);

    const ControlCommands& commands_;
    const port::Token token_;
    std::string received_;
    std::unique_ptr<ControlCommand> command_;  // under way
    bool has_ended_ = false;
};

}  // namespace kleber::control
