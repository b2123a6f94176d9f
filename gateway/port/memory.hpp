#pragma once

#include <string>

namespace kleber::port {

// What a participant had remembered with its session: bytes that mean something to it alone.
struct Memory {
    std::string key;
    std::string bytes;

    bool operator==(const Memory&) const = default;
};

}  // namespace kleber::port
