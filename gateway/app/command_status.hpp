#pragma once

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

struct StatusOptions {
    WhichGateway which;
    bool is_json = false;  // the gateway's own answer
};
int status(const StatusOptions& options);

}  // namespace kleber::app
