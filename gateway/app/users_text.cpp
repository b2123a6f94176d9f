#include "gateway/app/users_text.hpp"

#include <string_view>

#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

using text::Json;

std::string head_of(const Json& row) {
    const std::string* name = row.string_at("name");
    const bool* admin = row.boolean_at("admin");
    std::string head = name ? text::printable(*name) : std::string{};
    if (admin && *admin) head += " (admin)";
    return head;
}

// "    groups: family, guests\n", or nothing.
std::string line_of(const Json& row, std::string_view member, std::string_view title) {
    const Json* found = row.find(member);
    const Json::Array* values = found ? found->array() : nullptr;
    if (!values || values->empty()) return {};
    std::string line = "    " + std::string{title} + ": ";
    for (const Json& value : *values) {
        if (&value != &values->front()) line += ", ";
        if (const std::string* written = value.string()) line += text::printable(*written);
    }
    return line + '\n';
}

}  // namespace

std::string users_list_text(const Json::Array& rows) {
    if (rows.empty()) return "no users\n";
    std::string out;
    for (const Json& row : rows) out += head_of(row) + '\n';
    return out;
}

std::string users_details_text(const Json::Array& rows) {
    std::string out;
    for (const Json& row : rows) {
        out += head_of(row) + '\n';
        out += line_of(row, "groups", "groups");
        out += line_of(row, "publish", "may publish");
        out += line_of(row, "subscribe", "may subscribe");
    }
    return out;
}

}  // namespace kleber::app
