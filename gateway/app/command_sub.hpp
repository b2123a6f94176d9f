#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/app/client_options.hpp"
#include "gateway/app/streams.hpp"

namespace kleber::app {

struct SubOptions {
    ClientArguments client{};
    std::vector<std::string> topics{};
    int qos = 0;

    std::uint64_t count = 0;  // 0: for ever
    bool is_verbose = false;
    bool leaves_out_line_end = false;
    bool leaves_out_retained = false;
    bool wants_retained_only = false;
    bool ends_when_subscribed = false;
};

// Prints what is published, and returns the exit status.
int sub(const SubOptions& options, const Streams& streams = {});

}  // namespace kleber::app
