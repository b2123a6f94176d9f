#include "gateway/base/iso_time.hpp"

#include <cstdio>

namespace kleber {

std::string iso_time(WallTime time) {
    const std::chrono::sys_time<Duration> system_time{time.time_since_epoch()};
    const auto day = std::chrono::floor<std::chrono::days>(system_time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{
        std::chrono::duration_cast<std::chrono::seconds>(system_time - day)};
    char text[40];
    const int size = std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ldZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<long>(clock.hours().count()), static_cast<long>(clock.minutes().count()),
        static_cast<long>(clock.seconds().count()));
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace kleber
