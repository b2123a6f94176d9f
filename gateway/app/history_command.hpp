#pragma once

#include <string>
#include <string_view>

#include "gateway/app/recorder_seat.hpp"
#include "gateway/control/control_commands.hpp"
#include "gateway/recorder/history.hpp"

namespace kleber::app {

// {"command":"history"}: the topics that have one; or a page of one topic's.
class HistoryCommand : public control::ControlCommand {
  public:
    static constexpr std::size_t kPageRowsMax = 1000;

    explicit HistoryCommand(RecorderSeat& seat) : seat_(seat) {}

    control::Answer begin(const text::Json& request, control::CommandTurn& turn) override;

  private:
    RecorderSeat& seat_;
};

// The answers. Times are milliseconds since 1970.
std::string history_answer(const recorder::History::Page& page);
std::string history_topics_answer(const std::vector<std::string>& topics);
// Why there is nothing of this topic, and what to do about it.
std::string no_history_answer(std::string_view topic, const std::vector<std::string>& topics);

}  // namespace kleber::app
