#pragma once

#include <cstddef>
#include <cstdint>

#include "gateway/connection/outgoing.hpp"

namespace kleber::net {

enum class Sending : std::uint8_t { Done, Blocked, Broken };

// Writes as much of `out` as the socket takes: Done if that was all, Blocked if the rest has to
// wait until the socket can be written to, Broken (with errno) if nothing more can be written.
Sending send_all(int socket, connection::Outgoing& out);

}  // namespace kleber::net
