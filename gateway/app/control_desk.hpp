#pragma once

#include <optional>
#include <string>

#include "gateway/control/control_commands.hpp"
#include "gateway/control/control_socket.hpp"

namespace kleber::app {

class Gateway;

// The gateway's side of the control socket: its place, and what can be asked there.
class ControlDesk {
  public:
    explicit ControlDesk(Gateway& gateway);

    // Opens the socket where the configuration says. Where that cannot be, a warning says so, and
    // the gateway goes on without. An error, a sentence, only if another gateway is there.
    std::optional<std::string> open();

  private:
    void add_commands();

    Gateway& gateway_;
    control::ControlCommands commands_;
    control::ControlSocket socket_;
};

}  // namespace kleber::app
