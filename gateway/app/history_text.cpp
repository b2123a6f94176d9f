#include "gateway/app/history_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "gateway/app/answer_fields.hpp"
#include "gateway/app/moment.hpp"

namespace kleber::app {
namespace {

using text::Json;

constexpr std::size_t kColumns = 5;
using Line = std::array<std::string, kColumns>;

// In the fewest digits that say exactly this number.
std::string value_at(const Json& row, std::string_view name) {
    const Json* value = row.find(name);
    const auto number = value ? value->number() : std::nullopt;
    if (!number) return {};
    char text[40];
    const auto [end, error] = std::to_chars(text, text + sizeof text, *number);
    return {text, error == std::errc{} ? end : text};
}

WallTime time_of(const Json& row) {
    return WallTime{Duration{static_cast<std::int64_t>(number_at(row, "time"))}};
}

}  // namespace

std::string history_text(const Json::Array& rows) {
    std::vector<Line> lines{{"TIME", "MEAN", "MIN", "MAX", "COUNT"}};
    for (const Json& row : rows) {
        const bool is_single = number_at(row, "seconds") == 0;
        lines.push_back(
            {local_time(time_of(row)), value_at(row, "mean"), is_single ? "" : value_at(row, "min"),
             is_single ? "" : value_at(row, "max"), std::to_string(number_at(row, "count"))});
    }
    std::array<std::size_t, kColumns> widths{};
    for (const Line& line : lines) {
        for (std::size_t column = 0; column < kColumns; ++column) {
            widths[column] = std::max(widths[column], line[column].size());
        }
    }
    std::string out;
    for (const Line& line : lines) {
        out.append(line[0]).append(widths[0] - line[0].size(), ' ');
        for (std::size_t column = 1; column < kColumns; ++column) {
            out.append(2 + widths[column] - line[column].size(), ' ').append(line[column]);
        }
        out += '\n';
    }
    return out;
}

std::string history_csv(const Json::Array& rows) {
    std::string out = "time,seconds,mean,min,max,count\n";
    for (const Json& row : rows) {
        out += exact_iso_time(time_of(row)) + ',' + std::to_string(number_at(row, "seconds"));
        for (const char* name : {"mean", "min", "max"}) out.append(",").append(value_at(row, name));
        out.append(",").append(std::to_string(number_at(row, "count"))).append("\n");
    }
    return out;
}

}  // namespace kleber::app
