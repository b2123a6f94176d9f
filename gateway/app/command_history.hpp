#pragma once

#include <string>

#include "gateway/app/call_gateway.hpp"

namespace kleber::app {

struct HistoryOptions {
    WhichGateway which;
    std::string topic;  // empty: which topics have one
    std::string since = "24h";
    std::string until;  // empty: now
    bool is_csv = false;
    bool is_json = false;  // one array of the gateway's own rows
};
int history(const HistoryOptions& options);

}  // namespace kleber::app
