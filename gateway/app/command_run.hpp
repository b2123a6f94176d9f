#pragma once

#include <string>

#include "gateway/app/overrides.hpp"

namespace kleber::app {

inline constexpr const char* kDefaultConfigFile = "/etc/kleber/kleber.toml";

struct RunOptions {
    std::string config;  // empty: the default file if there is one, else the built-in demo
    Overrides overrides;
};
int run(const RunOptions& options);

struct CheckOptions {
    std::string config;
};
int check(const CheckOptions& options);

}  // namespace kleber::app
