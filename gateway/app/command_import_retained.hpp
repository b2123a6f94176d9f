#pragma once

#include <optional>
#include <string>

#include "gateway/app/client_options.hpp"
#include "gateway/app/streams.hpp"

namespace kleber::app {

struct ImportRetainedOptions {
    ClientArguments from;  // the old broker
    ClientArguments to;    // the gateway
    bool reads_password = false;
    std::string filter = "#";
    bool takes_unmarked = false;  // also what comes without RETAIN
    std::optional<double> timeout_seconds{};
};
int import_retained(const ImportRetainedOptions& options, const Streams& streams = {});

}  // namespace kleber::app
