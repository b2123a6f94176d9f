#pragma once

#include <string>

#include "gateway/control/control_commands.hpp"

namespace kleber::app {

// {"command":"clients","cursor":0}: a page of clients, and where the next one begins.
class ClientsCommand : public control::ControlCommand {
  public:
    static constexpr std::uint32_t kPageRowsMax = 100;

    control::Answer begin(const text::Json& request, control::CommandTurn& turn) override;
    control::Answer take(port::Reply&& reply, control::CommandTurn& turn) override;
};

// {"command":"kick","id":"..."}: ends a client's connection.
class KickCommand : public control::ControlCommand {
  public:
    control::Answer begin(const text::Json& request, control::CommandTurn& turn) override;
    control::Answer take(port::Reply&& reply, control::CommandTurn& turn) override;

  private:
    std::string client_id_;
};

}  // namespace kleber::app
