#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/coming_over/option.hpp"
#include "gateway/text/diagnostic.hpp"

// A mosquitto.conf, sorted by what its lines are about.
namespace kleber::coming_over {

struct MosquittoListener {
    OptionGroup options;                // with `listener`, or with `port` and `bind_address`
    std::uint16_t port = 1883;          // 0 for a Unix socket
    std::optional<std::string> host{};  // none: all addresses
    std::optional<std::string> path{};  // of a Unix socket
    Place place{};
    bool is_default = false;  // not by a line `listener`
};

struct SetUp {
    OptionGroup general;  // and, unless is_per_listener, who may come in
    std::vector<MosquittoListener> listeners;
    std::vector<OptionGroup> bridges;
    OptionGroup unknown;
    // Before any listener, with is_per_listener: mosquitto reads them and obeys none.
    OptionGroup without_effect;
    // Mosquitto 2.0 takes these for the listener above them, 2.1 for that of `port`.
    OptionGroup ambiguous;
    bool is_per_listener = false;
    // No listener, port or bind_address: programs on this machine alone are served. There is one
    // listener all the same.
    bool is_local_only = false;
};

// The errors are what mosquitto would not start with.
Result<SetUp, text::Diagnostics> sort_out(const std::vector<Option>& options);

}  // namespace kleber::coming_over
