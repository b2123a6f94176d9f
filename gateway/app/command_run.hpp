#pragma once

#include <string>

#include "gateway/app/overrides.hpp"
#include "gateway/app/settings.hpp"

namespace kleber::app {

inline constexpr const char* kDefaultConfigFile = "/etc/kleber/kleber.toml";

// Of this file; if none is named, of the default one where that is, else those of the built-in
// demo.
Result<Settings, text::Diagnostics> settings_of(const std::string& file);

struct RunOptions {
    std::string config;  // empty: the default file if there is one, else the built-in demo
    // In place of `config`: a mosquitto.conf, which is read now and not again.
    std::string mosquitto_conf{};
    Overrides overrides;
};
int run(const RunOptions& options);

struct CheckOptions {
    std::string config;
};
int check(const CheckOptions& options);

}  // namespace kleber::app
