#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/app/client_options.hpp"
#include "gateway/app/streams.hpp"

namespace kleber::app {

struct PubOptions {
    ClientArguments client{};
    std::string topic{};

    // Where the messages come from: exactly one of these.
    std::optional<std::string> message{};
    std::string file{};
    bool is_empty = false;
    bool reads_input = false;
    bool reads_lines = false;

    int qos = 0;
    bool retain = false;
    std::uint16_t in_flight_max = 20;
    std::uint32_t repeat_count = 1;
    double repeat_delay_seconds = 0;
};

// Publishes, and returns the exit status: 0 when the server has taken all of it.
int pub(const PubOptions& options, const Streams& streams = {});

}  // namespace kleber::app
