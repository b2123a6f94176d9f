#pragma once

#include <string>

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

struct KickOptions {
    WhichGateway which;
    std::string client_id;
};
// 1 if no such client is connected.
int kick(const KickOptions& options);

}  // namespace kleber::app
