#include "tests/soak/gauge.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KLEBER_SANITIZED_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KLEBER_SANITIZED_HEAP 1
#endif
#endif

#ifdef KLEBER_SANITIZED_HEAP
// Of the sanitizer's runtime; g++ 12 has no header for it.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): its own name
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#else
#include <malloc.h>
#endif

namespace kleber::soak {

std::size_t heap_bytes() {
#ifdef KLEBER_SANITIZED_HEAP
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

}  // namespace kleber::soak
