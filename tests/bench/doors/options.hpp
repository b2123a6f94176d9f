#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "gateway/base/qos.hpp"
#include "tests/bench/doors/door_link.hpp"

namespace kleber::bench {

struct Options {
    Door door = Door::Tcp;
    std::uint16_t port = 0;
    pid_t broker = 0;
    std::string authority;  // file, PEM, for TLS

    std::uint32_t pairs = 50;
    std::uint32_t window = 16;
    Qos qos = Qos::AtMostOnce;
    std::size_t payload_bytes = 64;
    double warm_seconds = 0.5;
    double seconds = 2;

    std::uint32_t connections = 1000;

    std::uint16_t flow_port = 0;  // where MQTT over TCP is, for the flow beside a burst
    std::uint32_t rate = 1000;
    bool resumes = false;
};

// Throws std::invalid_argument, which says what is wrong.
Options options_of(int count, const char* const* arguments);

}  // namespace kleber::bench
