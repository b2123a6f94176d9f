#include "gateway/app/clients_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/base/reason_code.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

using text::Json;

constexpr std::size_t kColumns = 7;
constexpr std::size_t kFirstNumber = 4;  // columns from here on end at the right
using Line = std::array<std::string, kColumns>;

std::string text_at(const Json& row, std::string_view name) {
    const std::string* value = row.string_at(name);
    return value ? text::excerpt(*value) : std::string{};
}

std::string number_at(const Json& row, std::string_view name) {
    const std::int64_t* number = row.integer_at(name);
    return number ? std::to_string(*number) : std::string{};
}

std::string address_of(const Json& row) {
    const bool* is_online = row.boolean_at("online");
    if (is_online && *is_online) return text_at(row, "address");
    const std::string why = text_at(row, "last_end");
    return why.empty() || why == name_of(ReasonCode::Success) ? "away" : "away (" + why + ")";
}

}  // namespace

std::string clients_text(const Json::Array& rows) {
    std::vector<Line> lines{
        {"CLIENT", "ADDRESS", "PROTOCOL", "SINCE", "SUBSCRIPTIONS", "QUEUED", "DROPPED"}};
    for (const Json& row : rows) {
        lines.push_back({text_at(row, "id"), address_of(row), text_at(row, "protocol"),
                         text_at(row, "since"), number_at(row, "subscriptions"),
                         number_at(row, "queued"), number_at(row, "dropped")});
    }
    std::array<std::size_t, kColumns> widths{};
    for (const Line& line : lines) {
        for (std::size_t column = 0; column < kColumns; ++column) {
            widths[column] = std::max(widths[column], text::character_count(line[column]));
        }
    }
    std::string out;
    for (const Line& line : lines) {
        for (std::size_t column = 0; column < kColumns; ++column) {
            const std::size_t space = widths[column] - text::character_count(line[column]);
            if (column > 0) out += "  ";
            if (column >= kFirstNumber) out.append(space, ' ');
            out += line[column];
            if (column < kFirstNumber) out.append(space, ' ');
        }
        out += '\n';
    }
    return out;
}

}  // namespace kleber::app
