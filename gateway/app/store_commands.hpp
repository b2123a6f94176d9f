#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gateway/app/state_store.hpp"
#include "gateway/control/control_commands.hpp"
#include "gateway/runtime/lane.hpp"

namespace kleber::app {

// What the store does for a command, on its own thread: called in slices, until there is an answer.
using StoreWork = std::function<std::optional<control::LateAnswer>(store::Store&)>;

class StoreCommand : public control::ControlCommand {
  public:
    // One for each call of the command.
    using MakeWork = std::function<StoreWork()>;
    StoreCommand(StateStore& store, runtime::Lane& lane, MakeWork make_work)
        : store_(store), lane_(lane), make_work_(std::move(make_work)) {}

    control::Answer begin(const text::Json& request, control::CommandTurn& turn) override;

  private:
    StateStore& store_;
    runtime::Lane& lane_;
    MakeWork make_work_;
};

// {"command":"store_info"}, {"command":"store_check"}, {"command":"backup"}, which answers with an
// open file. That grows at `backup_path` first.
void add_store_commands(control::ControlCommands& commands, StateStore& store, runtime::Lane& lane,
                        const std::string& backup_path);

// The answers, for a store that was asked without a gateway, too.
std::string info_answer(const store::Info& info);
std::string check_answer(const store::CheckReport& report);

}  // namespace kleber::app
