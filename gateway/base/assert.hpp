#pragma once

namespace kleber {

// Prints where the invariant broke and aborts. In release builds too: a broker that goes on with
// broken state loses messages silently.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace kleber

#define KLEBER_ASSERT(condition)        \
    ((condition) ? static_cast<void>(0) \
                 : ::kleber::assertion_failed(#condition, __FILE__, __LINE__))
