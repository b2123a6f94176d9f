#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/byte_reader.hpp"

namespace kleber::app {

// Where a command reads and writes.
struct Streams {
    int in = 0;
    int out = 1;
    int error = 2;
};

enum class Writing : std::uint8_t { Done, ReaderGone, Interrupted, Failed };

// Writes all of it, with errno if that Failed. Ends early when `interrupt`, a descriptor, has
// something to read while the reader at the other end makes us wait.
Writing write_all(int output, Bytes bytes, int interrupt);

// "kleber: TEXT" as a line; control characters in it (a server's words) are made visible.
void say(const Streams& streams, std::string_view text);

}  // namespace kleber::app
