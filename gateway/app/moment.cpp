#include "gateway/app/moment.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "gateway/base/iso_time.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/units.hpp"

namespace kleber::app {
namespace {

// Whether the text is one of the forms of a date; all of it.
bool read_date(const std::string& text, std::tm& date) {
    int end = 0;
    const auto is_at_end = [&] { return static_cast<std::size_t>(end) == text.size(); };
    date.tm_hour = date.tm_min = date.tm_sec = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &date.tm_year, &date.tm_mon, &date.tm_mday,
                    &end) != 3) {
        return false;
    }
    if (is_at_end()) return true;
    const char* clock = text.c_str() + end;
    if (*clock != ' ' && *clock != 'T') return false;
    const int begin = end + 1;
    if (std::sscanf(clock + 1, "%2d:%2d%n", &date.tm_hour, &date.tm_min, &end) != 2) return false;
    end += begin;
    if (is_at_end()) return true;
    int seconds_end = 0;
    if (std::sscanf(text.c_str() + end, ":%2d%n", &date.tm_sec, &seconds_end) != 1) return false;
    end += seconds_end;
    return is_at_end();
}

bool is_in_calendar(const std::tm& date) {
    return date.tm_year >= 1970 && date.tm_year < 4000 && date.tm_mon >= 1 && date.tm_mon <= 12 &&
           date.tm_mday >= 1 && date.tm_mday <= 31 && date.tm_hour >= 0 && date.tm_hour < 24 &&
           date.tm_min >= 0 && date.tm_min < 60 && date.tm_sec >= 0 && date.tm_sec < 61;
}

}  // namespace

Result<WallTime, std::string> moment_of(std::string_view text, WallTime now) {
    if (const auto ago = text::parse_duration(text)) return now - *ago;
    const bool is_utc = text.ends_with('Z');
    std::tm date{};
    const auto refusal = [&] {
        return fail(text::excerpt(text) +
                    " is no time; write how long ago (90m, 24h, 7d) or a date: 2026-11-20 or "
                    "2026-11-20T14:30");
    };
    if (!read_date(std::string{text.substr(0, text.size() - (is_utc ? 1 : 0))}, date) ||
        !is_in_calendar(date)) {
        return refusal();
    }
    date.tm_year -= 1900;
    date.tm_mon -= 1;
    date.tm_isdst = -1;
    // A day that there is not, such as February 30, becomes one that there is.
    const int day = date.tm_mday;
    const std::time_t seconds = is_utc ? ::timegm(&date) : std::mktime(&date);
    if (date.tm_mday != day) return refusal();
    return WallTime{std::chrono::seconds{seconds}};
}

std::string local_time(WallTime time) {
    const auto seconds = static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    std::tm date{};
    if (::localtime_r(&seconds, &date) == nullptr) return iso_time(time);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &date);
    return {text, size};
}

std::string exact_iso_time(WallTime time) {
    std::string text = iso_time(time);
    char fraction[8];
    const auto milliseconds =
        static_cast<int>((time.time_since_epoch() % std::chrono::seconds{1}).count());
    std::snprintf(fraction, sizeof fraction, ".%03d", std::clamp(milliseconds, 0, 999));
    return text.insert(text.size() - 1, fraction);
}

}  // namespace kleber::app
