#include "gateway/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace kleber {

void assertion_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "kleber: %s:%d: broken invariant: %s\n", file, line, expression);
    std::abort();
}

}  // namespace kleber
