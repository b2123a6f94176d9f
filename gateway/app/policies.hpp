#pragma once

#include "gateway/auth/failed_logins.hpp"
#include "gateway/broker/limits.hpp"
#include "gateway/config/config.hpp"
#include "gateway/connection/mqtt_policy.hpp"

namespace kleber::app {

// What the configuration says, in the words of the modules that have to keep it.
connection::Rate rate_of(const config::Rate& rate);
broker::Limits broker_limits(const config::Config& config);
auth::FailedLoginLimits failed_login_limits(const config::Config& config);
connection::MqttPolicy mqtt_policy(const config::Config& config, const config::Listener& listener,
                                   port::Sharing sharing);

}  // namespace kleber::app
