#include "gateway/codec/http/date.hpp"

#include <algorithm>
#include <cstdio>

namespace kleber::codec::http {
namespace {

constexpr std::size_t kDateBytes = 29;
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

// Of digits alone; nonsense gives a date that is not written as it was read.
int number(std::string_view digits) {
    int value = 0;
    for (const char digit : digits) {
        value = value * 10 + (digit >= '0' && digit <= '9' ? digit - '0' : 0);
    }
    return value;
}

}  // namespace

std::string date_text(std::chrono::sys_seconds date) {
    const auto seconds = std::clamp(date, kFirstDate, kLastDate);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day calendar{day};
    const std::chrono::hh_mm_ss clock{seconds - day};
    const std::size_t month = static_cast<unsigned>(calendar.month()) - 1;
    char text[64];
    const int size = std::snprintf(
        text, sizeof text, "%s, %02u %.3s %04d %02d:%02d:%02d GMT",
        kDays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(calendar.day()),
        kMonths.data() + month * 3, static_cast<int>(calendar.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {text, static_cast<std::size_t>(size)};
}

std::optional<std::chrono::sys_seconds> date_from(std::string_view text) {
    if (text.size() != kDateBytes) return std::nullopt;
    const std::size_t month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos) return std::nullopt;
    const std::chrono::year_month_day calendar{
        std::chrono::year{number(text.substr(12, 4))},
        std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
        std::chrono::day{static_cast<unsigned>(number(text.substr(5, 2)))}};
    const std::chrono::sys_seconds date = std::chrono::sys_days{calendar} +
                                          std::chrono::hours{number(text.substr(17, 2))} +
                                          std::chrono::minutes{number(text.substr(20, 2))} +
                                          std::chrono::seconds{number(text.substr(23, 2))};
    // The same text again: every digit, the day of the week and what stands between were right.
    if (date_text(date) != text) return std::nullopt;
    return date;
}

}  // namespace kleber::codec::http
