#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kleber::net {

enum class Receiving : std::uint8_t { Some, Nothing, Ended, Broken };

struct Received {
    Receiving outcome = Receiving::Nothing;
    std::size_t size = 0;  // Some: so many bytes, more than none
};

// Reads once what has arrived at a socket that does not block.
Received receive(int socket, std::span<std::uint8_t> room);

}  // namespace kleber::net
