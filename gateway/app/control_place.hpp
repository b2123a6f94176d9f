#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"

namespace kleber::app {

// Where the control socket is: as configured; else /run/kleber/control.sock, if that folder is
// there (systemd makes it); else control.sock in the state folder.

std::string control_socket_in(const std::string& state);

// For the gateway.
std::string control_socket_path(const config::Config& config);
// For commands, which may see less than the gateway, or come while it is down: all places where it
// can be.
std::vector<std::string> control_socket_candidates(const config::Config& config);

// Makes a missing state folder, for its owner alone. The error is a sentence.
std::optional<std::string> make_state_folder(const std::string& state);

}  // namespace kleber::app
