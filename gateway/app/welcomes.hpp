#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/mqtt_listener.hpp"

namespace kleber::app {

// What the configuration says of a listener, as the listener takes it; reads certificates and keys.
// The error is a sentence. `policy` outlives the lanes.
Result<net::Welcome, std::string> welcome_of(const config::Listener& listener,
                                             const connection::MqttPolicy& policy);

}  // namespace kleber::app
