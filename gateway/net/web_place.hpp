#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/net/http_service.hpp"

namespace kleber::net {

// What a listener for WebSockets offers. Shared by all connections that came while it was in force.
struct WebPlace {
    std::vector<std::string> paths = {"/", "/mqtt"};  // where WebSockets are
    // The pages that may open one, as a browser says it: "https://home.example". Empty: all.
    std::vector<std::string> origins{};
    std::shared_ptr<const HttpService> service{};  // answers what asks for no WebSocket; or nobody
    Duration patience = std::chrono::seconds{5};   // with a request
};

}  // namespace kleber::net
