#pragma once

#include <sys/types.h>

#include <cstdint>

namespace kleber::bench {

// What the kernel knows of a broker: throws if there is no such process.
// CPU of all its threads, those that have ended too.
double cpu_seconds(pid_t process);
// Its memory, what it shares with others in parts.
std::uint64_t pss_bytes(pid_t process);

// CPU of this thread.
double own_cpu_seconds();

}  // namespace kleber::bench
