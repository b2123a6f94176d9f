#pragma once

#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/control/control_client.hpp"

namespace kleber::app {

// Which gateway a command is about: the options that this gateway was started with.
struct WhichGateway {
    std::string config;
    std::string state;
};

// Its configuration: of the file, or by default. Where the file is bad, the defaults, and `error`
// says what is wrong, whole lines for the user.
struct GatewayConfig {
    config::Config config;
    std::string error;
};
GatewayConfig config_of(const WhichGateway& which);

struct NobodyThere {
    std::string text;  // for the user, whole lines
    int exit_status = 0;
    bool is_forbidden = false;  // one may be there that this user may not call
};

// Finds its control socket.
Result<control::ControlClient, NobodyThere> call_gateway(const WhichGateway& which);

// Why the gateway said no; nothing where it did not.
std::string_view refusal(const text::Json& answer);

// The answer, unless the gateway refused. The error is the exit status, and the user was told.
Result<text::Json, int> accepted(Result<text::Json, std::string> answer);

// For a command that asks once: the answer, refused or not. The error is the exit status, and the
// user was told.
Result<text::Json, int> ask_gateway(const WhichGateway& which, std::string_view line);

// One line to stderr, with the program's name in front.
void complain(std::string_view error);

}  // namespace kleber::app
