#include "gateway/web/content_coding.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace kleber::web {
namespace {

using codec::http::is_same_name;

constexpr int kWeightMax = 1000;

// "0.5" in thousandths; none for what is no weight (RFC 9110, 12.4.2).
std::optional<int> weight_from(std::string_view text) {
    constexpr std::size_t kSizeMax = 5;
    if (text.empty() || text.size() > kSizeMax || (text[0] != '0' && text[0] != '1')) {
        return std::nullopt;
    }
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * kWeightMax;
    int digit_weight = kWeightMax;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        digit_weight /= 10;
        weight += (digit - '0') * digit_weight;
    }
    return weight <= kWeightMax ? std::optional{weight} : std::nullopt;
}

struct Coding {
    std::string_view name;
    int weight = 0;  // a broken one is none
};

// "gzip;q=0.5", without blanks
Coding coding_from(std::string_view text) {
    const std::size_t semicolon = std::min(text.find(';'), text.size());
    Coding coding{.name = text.substr(0, semicolon), .weight = kWeightMax};
    if (semicolon == text.size()) return coding;
    const std::string_view parameter = text.substr(semicolon + 1);
    const bool is_weight = is_same_name(parameter.substr(0, 2), "q=");
    coding.weight = is_weight ? weight_from(parameter.substr(2)).value_or(0) : 0;
    return coding;
}

}  // namespace

bool prefers_gzip(const codec::http::RequestHead& request) {
    std::optional<int> gzip;
    std::optional<int> any;
    int identity = 0;
    for (const codec::http::Field& field : request.fields) {
        if (!is_same_name(field.name, "accept-encoding")) continue;
        std::string list{field.value};
        std::erase_if(list, [](char character) { return character == ' ' || character == '\t'; });
        std::string_view rest = list;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            const Coding coding = coding_from(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            if (is_same_name(coding.name, "gzip") || is_same_name(coding.name, "x-gzip")) {
                gzip = coding.weight;
            }
            if (coding.name == "*") any = coding.weight;
            if (is_same_name(coding.name, "identity")) identity = coding.weight;
        }
    }
    const int weight = gzip.value_or(any.value_or(0));
    return weight > 0 && weight >= identity;
}

}  // namespace kleber::web
