#include "gateway/control/control_session.hpp"

#include <utility>

#include "gateway/text/json.hpp"

namespace kleber::control {

void ControlSession::receive(std::string_view bytes, Turn& turn) {
    if (has_ended_) return;
    received_.append(bytes);
    proceed(turn);
}

void ControlSession::take(port::Reply&& reply, Turn& turn) {
    if (!command_) return;
    CommandTurn command_turn{token_, turn.now, turn.requests};
    if (const Answer line = command_->take(std::move(reply), command_turn)) answer(*line, turn);
}

void ControlSession::take_answer(const std::string& line, Turn& turn) {
    if (command_) answer(line, turn);
}

void ControlSession::proceed(Turn& turn) {
    std::size_t done = 0;
    while (!command_ && turn.out.empty() && !has_ended_) {
        const std::size_t end = received_.find('\n', done);
        const bool is_complete = end != std::string::npos;
        if ((is_complete ? end : received_.size()) - done > kLineBytesMax) {
            has_ended_ = true;
            answer(failure("the line is too long"), turn);
        }
        if (!is_complete || has_ended_) break;
        begin(std::string_view{received_}.substr(done, end - done), turn);
        done = end + 1;
    }
    received_.erase(0, done);
}

void ControlSession::begin(std::string_view line, Turn& turn) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    const auto request = text::parse_json(line, {.bytes_max = kLineBytesMax});
    if (!request) return answer(failure(request.error()), turn);
    const std::string* name = request->string_at("command");
    if (!name) return answer(failure(R"(expected an object like {"command":"status"})"), turn);
    auto made = commands_.make(*name);
    if (!made) return answer(failure(made.error()), turn);
    command_ = std::move(*made);
    CommandTurn command_turn{token_, turn.now, turn.requests, turn.later};
    if (const Answer at_once = command_->begin(*request, command_turn)) answer(*at_once, turn);
}

void ControlSession::answer(const std::string& line, Turn& turn) {
    command_.reset();
    turn.out.append(line).append("\n");
}

}  // namespace kleber::control
