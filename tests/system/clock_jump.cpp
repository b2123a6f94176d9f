// Preloaded into the gateway: its wall clock is the real one plus as many seconds as the file named
// by CLOCK_JUMP says. The steady clock stays.

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
    if (clock != CLOCK_REALTIME || file == nullptr) return result;
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return result;
    char text[32] = "";
    if (read(fd, text, sizeof text - 1) > 0) time->tv_sec += std::atol(text);
    close(fd);
    return result;
}
