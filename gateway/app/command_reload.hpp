#pragma once

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

struct ReloadOptions {
    WhichGateway which;
};
// 2 if the gateway did not like what it read, which is then shown.
int reload(const ReloadOptions& options);

}  // namespace kleber::app
