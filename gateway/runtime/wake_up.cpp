#include "gateway/runtime/wake_up.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace kleber::runtime {

WakeUp::WakeUp() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!event_.is_open()) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

void WakeUp::wake() {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full, which takes centuries.
    [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

}  // namespace kleber::runtime
