#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/app/doors.hpp"
#include "gateway/app/last_warnings.hpp"
#include "gateway/app/recorder_seat.hpp"
#include "gateway/base/time.hpp"
#include "gateway/runtime/sys_reporter.hpp"

namespace kleber::app {

// What the running gateway says about itself.
struct GatewayStatus {
    std::string name;
    std::string config_file;  // empty: the built-in demo
    Now now;
    SteadyTime started{};
    std::size_t lane_count = 1;
    std::vector<Doors::Row> listeners;
    runtime::SysSample sample;
    const runtime::SysReporter* rates = nullptr;   // null: not measured (sys_interval is 0)
    std::string durability;                        // as configured
    std::optional<RecorderSeat::Report> recorder;  // none: nothing is kept
    std::vector<LastWarnings::Row> warnings;
};

// The answer to {"command":"status"}; see control/README.md.
std::string status_answer(const GatewayStatus& status);

}  // namespace kleber::app
