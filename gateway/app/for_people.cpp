#include "gateway/app/for_people.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace kleber::app {
namespace {

std::string one_decimal(double number) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f", number);
    return text;
}

}  // namespace

std::string in_words(std::chrono::seconds time) {
    using namespace std::chrono_literals;
    constexpr std::array<std::pair<std::chrono::seconds, const char*>, 4> kUnits{
        {{24h, " d"}, {1h, " h"}, {1min, " min"}, {1s, " s"}}};
    // Two units are enough.
    for (std::size_t index = 0; index + 1 < kUnits.size(); ++index) {
        const auto& [unit, name] = kUnits[index];
        if (time < unit) continue;
        const auto& [next_unit, next_name] = kUnits[index + 1];
        std::string text = std::to_string(time / unit) + name;
        if (const auto rest = time % unit / next_unit; rest > 0) {
            text += " " + std::to_string(rest) + next_name;
        }
        return text;
    }
    return std::to_string(time.count()) + " s";
}

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

std::string rough_size(std::uint64_t bytes) {
    if (bytes < 1024) return counted(bytes, "byte");
    double size = static_cast<double>(bytes) / 1024;
    for (const char* unit : {" KiB", " MiB"}) {
        if (size < 1023.95) return one_decimal(size) + unit;
        size /= 1024;
    }
    return one_decimal(size) + " GiB";
}

std::string rough_rate(double events_per_minute) {
    if (events_per_minute < 0.05) return "0/min";
    if (events_per_minute >= 60) return one_decimal(events_per_minute / 60) + "/s";
    return one_decimal(events_per_minute) + "/min";
}

std::string counted(std::uint64_t number, const char* noun) {
    return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

}  // namespace kleber::app
