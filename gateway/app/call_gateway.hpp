#pragma once

#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/control/control_client.hpp"

namespace kleber::app {

// Which gateway a command is about: the options that this gateway was started with.
struct WhichGateway {
    std::string config;
    std::string state;
};

struct NobodyThere {
    std::string text;  // for the user, whole lines
    int exit_status = 0;
};

// Finds its control socket.
Result<control::ControlClient, NobodyThere> call_gateway(const WhichGateway& which);

// Why the gateway said no; nothing where it did not.
std::string_view refusal(const text::Json& answer);

// For a command that asks once: the answer, refused or not. The error is the exit status, and the
// user was told.
Result<text::Json, int> ask_gateway(const WhichGateway& which, std::string_view line);

// One line to stderr, with the program's name in front.
void complain(std::string_view error);

}  // namespace kleber::app
