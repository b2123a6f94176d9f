// Preloaded into the gateway: its clocks are the real ones plus as many seconds as the file named
// by CLOCK_JUMP says. The first number is for the wall clock, a second one for the steady clock,
// too.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

extern "C" int clock_gettime(clockid_t clock, timespec* time) {
    using ClockGettime = int (*)(clockid_t, timespec*);
    static const auto real = reinterpret_cast<ClockGettime>(dlsym(RTLD_NEXT, "clock_gettime"));
    static const char* const file = std::getenv("CLOCK_JUMP");
    const int result = real(clock, time);
    if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) || file == nullptr) return result;
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return result;
    char text[32] = "";
    if (read(fd, text, sizeof text - 1) > 0) {
        char* rest = nullptr;
        const long wall = std::strtol(text, &rest, 10);
        time->tv_sec += clock == CLOCK_REALTIME ? wall : std::strtol(rest, nullptr, 10);
    }
    close(fd);
    return result;
}
