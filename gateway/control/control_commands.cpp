#include "gateway/control/control_commands.hpp"

#include <utility>

#include "gateway/text/characters.hpp"
#include "gateway/text/json_writer.hpp"
#include "gateway/text/nearest.hpp"

namespace kleber::control {
namespace {

class ImmediateCommand : public ControlCommand {
  public:
    explicit ImmediateCommand(const ControlCommands::AnswerAtOnce& answer) : answer_(answer) {}

    Answer begin(const text::Json& request, CommandTurn&) override { return answer_(request); }

  private:
    const ControlCommands::AnswerAtOnce& answer_;
};

}  // namespace

std::string success() {
    return R"({"ok":true})";
}

std::string failure(std::string_view error) {
    std::string line;
    text::JsonWriter{line}.begin_object().member("ok", false).member("error", error).end_object();
    return line;
}

void ControlCommands::add(std::string name, Make make) {
    commands_.insert_or_assign(std::move(name), std::move(make));
}

void ControlCommands::add(std::string name, AnswerAtOnce answer) {
    commands_.insert_or_assign(std::move(name), [answer = std::move(answer)] {
        return std::make_unique<ImmediateCommand>(answer);
    });
}

Result<std::unique_ptr<ControlCommand>, std::string> ControlCommands::make(
    std::string_view name) const {
    if (const auto found = commands_.find(name); found != commands_.end()) return found->second();
    std::vector<std::string_view> names;
    for (const auto& [known, make] : commands_) names.push_back(known);
    std::string error = "unknown command " + text::excerpt(name);
    if (const std::string hint = text::did_you_mean(name, names); !hint.empty()) {
        error.append(": ").append(hint);
    }
    return fail(std::move(error));
}

}  // namespace kleber::control
