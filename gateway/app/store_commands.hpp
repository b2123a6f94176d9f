#pragma once

#include <functional>
#include <memory>

#include "gateway/app/state_store.hpp"
#include "gateway/control/control_commands.hpp"
#include "gateway/runtime/lane.hpp"

namespace kleber::app {

// A command that the store answers, on its own thread: called in slices, until there is an answer.
using StoreWork = std::function<control::Answer(store::Store&)>;

class StoreCommand : public control::ControlCommand {
  public:
    // What is to be done for a caller, or nothing but why not.
    using MakeWork = std::function<Result<StoreWork, std::string>(runtime::FileDescriptor& file)>;
    StoreCommand(StateStore& store, runtime::Lane& lane, MakeWork make_work)
        : store_(store), lane_(lane), make_work_(std::move(make_work)) {}

    control::Answer begin(const text::Json& request, control::CommandTurn& turn) override;

  private:
    StateStore& store_;
    runtime::Lane& lane_;
    MakeWork make_work_;
};

// {"command":"store_info"}, {"command":"store_check"}, {"command":"backup"} with an open file. The
// backup grows at `backup_path` first.
void add_store_commands(control::ControlCommands& commands, StateStore& store, runtime::Lane& lane,
                        const std::string& backup_path);

// The answers, for a store that was asked without a gateway, too.
std::string info_answer(const store::Info& info);
std::string check_answer(const store::CheckReport& report);

}  // namespace kleber::app
