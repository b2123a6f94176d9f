#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/config/config.hpp"

namespace kleber::app {

// What the command line says instead of the configuration, whenever that is read.
struct Overrides {
    std::string state;  // empty: as configured
    // The listeners' ports: this one and those after it.
    std::optional<std::uint16_t> port_base;

    // Where the state goes, the control socket goes too, unless it has a place of its own.
    void apply(config::Config& config) const;
};

}  // namespace kleber::app
