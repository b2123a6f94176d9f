#pragma once

#include <string>

#include "gateway/base/result.hpp"

namespace kleber::app {

inline constexpr const char* kMosquittoConf = "/etc/mosquitto/mosquitto.conf";

struct ImportOptions {
    std::string file = kMosquittoConf;
    std::string output = "kleber-import";
    bool replaces = false;
};
int import_mosquitto(const ImportOptions& options);

// For `kleber run --mosquitto-conf FILE`: writes what is made of it into a folder of the state, and
// returns the configuration file there. The error is an exit status, and the user was told: also
// if mosquitto keeps somebody out whom the gateway would let in.
Result<std::string, int> config_from_mosquitto(const std::string& file, const std::string& state);

}  // namespace kleber::app
