#include "gateway/app/control_desk.hpp"

#include <memory>

#include "gateway/app/broker_commands.hpp"
#include "gateway/app/control_place.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/history_command.hpp"
#include "gateway/app/status_answer.hpp"
#include "gateway/app/store_commands.hpp"
#include "gateway/app/user_commands.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

const char* durability_name(config::Durability durability) {
    switch (durability) {
        case config::Durability::Power:
            return "power";
        case config::Durability::Process:
            return "process";
        case config::Durability::Memory:
            break;
    }
    return "memory";
}

std::string status(Gateway& gateway) {
    SysPublisher& sys = gateway.sys();
    const Now now = gateway.runtime().first_lane().now();
    return status_answer({.name = gateway.config().gateway.name,
                          .config_file = gateway.file(),
                          .now = now,
                          .started = sys.started(),
                          .lane_count = gateway.runtime().lane_count(),
                          .listeners = gateway.doors().rows(),
                          .sample = sys.sample(),
                          .rates = sys.interval() > Duration::zero() ? &sys.reporter() : nullptr,
                          .durability = durability_name(gateway.config().store.durability),
                          .recorder = gateway.recorder().last_report(),
                          .warnings = gateway.warnings().rows()});
}

std::string reload_answer(const std::optional<std::string>& error) {
    if (!error) return control::success();
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", false);
    out.member("error", "the old configuration stays").member("details", *error).end_object();
    return line;
}

class ReloadCommand : public control::ControlCommand {
  public:
    explicit ReloadCommand(Gateway& gateway) : gateway_(gateway) {}

    control::Answer begin(const text::Json&, control::CommandTurn& turn) override {
        runtime::Lane& lane = gateway_.runtime().first_lane();
        gateway_.reload([&lane, later = turn.later](const std::optional<std::string>& error) {
            // It may be known at once, and an answer that comes later comes after this.
            lane.post([later, line = reload_answer(error)] { later(line); });
        });
        return std::nullopt;
    }

  private:
    Gateway& gateway_;
};

}  // namespace

ControlDesk::ControlDesk(Gateway& gateway)
    : gateway_(gateway), socket_(gateway.runtime().first_lane(), commands_) {
    add_commands();
}

void ControlDesk::add_commands() {
    using text::Json;
    commands_.add("status", [this](const Json&) { return status(gateway_); });
    commands_.add("clients", [] { return std::make_unique<ClientsCommand>(); });
    commands_.add("kick", [] { return std::make_unique<KickCommand>(); });
    commands_.add("reload", [this] { return std::make_unique<ReloadCommand>(gateway_); });
    commands_.add("history",
                  [this] { return std::make_unique<HistoryCommand>(gateway_.recorder()); });
    add_user_commands(commands_, gateway_.users());
    add_store_commands(commands_, gateway_.store(), gateway_.runtime().first_lane(),
                       StateStore::backup_path_in(gateway_.config().gateway.state));
}

std::optional<std::string> ControlDesk::open() {
    const std::string path = control_socket_path(gateway_.config());
    const std::string& state = gateway_.config().gateway.state;
    std::optional<std::string> error;
    if (path == control_socket_in(state)) error = make_state_folder(state);
    if (!error) {
        const auto opened = socket_.open(path);
        if (opened) return std::nullopt;
        if (opened.error().kind == net::ListenFailure::Kind::Occupied) {
            return opened.error().text +
                   "; stop it first, or give this one a folder of its own with --state";
        }
        error = opened.error().text;
    }
    gateway_.log(LogLevel::Warning,
                 "no control socket, `kleber status` will not find this gateway: " + *error);
    return std::nullopt;
}

}  // namespace kleber::app
