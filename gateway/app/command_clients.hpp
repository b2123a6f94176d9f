#pragma once

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

struct ClientsOptions {
    WhichGateway which;
    bool is_json = false;  // one array of the gateway's own rows
};
int clients(const ClientsOptions& options);

}  // namespace kleber::app
