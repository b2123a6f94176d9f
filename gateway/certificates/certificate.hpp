#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"

namespace kleber::certificates {

// What somebody wants to know of a certificate. The texts are as its maker wrote them: not fit for
// a terminal before they were made printable.
struct Certificate {
    std::string subject;      // "CN=pi"
    std::string issuer;       // the subject of who vouches for it
    std::string common_name;  // the subject's CN; empty if it has none
    // What the server is called, as clients compare it: names and addresses, then "email:...",
    // "URI:..." or only "other" of what means nothing to MQTT.
    std::vector<std::string> names;
    WallTime valid_from{};
    WallTime valid_until{};
    std::string serial;       // hexadecimal
    std::string fingerprint;  // SHA-256 of all of it: "AB:CD:..."
    bool is_authority = false;
};

// A gateway that still has so long to go warns.
inline constexpr std::chrono::days kEndsSoon{30};

enum class Standing : std::uint8_t { Valid, EndsSoon, Ended, NotYet };
Standing standing(const Certificate& certificate, WallTime now);

// Whole days from now, downwards: -1 for what ended an hour ago.
std::chrono::days days_left(const Certificate& certificate, WallTime now);

}  // namespace kleber::certificates
