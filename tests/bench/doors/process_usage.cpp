#include "tests/bench/doors/process_usage.hpp"

#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>

namespace kleber::bench {
namespace {

double seconds_of(clockid_t clock) {
    timespec time{};
    if (::clock_gettime(clock, &time) != 0) throw std::runtime_error{"the broker has gone"};
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

// The same as in /proc/PID/stat, in nanoseconds instead of hundredths of a second.
double cpu_seconds(pid_t process) {
    clockid_t clock{};
    if (::clock_getcpuclockid(process, &clock) != 0) {
        throw std::runtime_error{"no process " + std::to_string(process)};
    }
    return seconds_of(clock);
}

std::uint64_t pss_bytes(pid_t process) {
    std::ifstream file{"/proc/" + std::to_string(process) + "/smaps_rollup"};
    for (std::string word; file >> word;) {
        std::uint64_t kilobytes = 0;
        if (word == "Pss:" && file >> kilobytes) return kilobytes * 1024;
    }
    throw std::runtime_error{"no memory map of process " + std::to_string(process)};
}

double own_cpu_seconds() {
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace kleber::bench
