#pragma once

#include <cstddef>

namespace kleber::soak {

// Bytes of the heap that are in use, as the allocator counts them: with a sanitizer, its own.
std::size_t heap_bytes();

}  // namespace kleber::soak
