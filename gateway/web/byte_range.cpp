#include "gateway/web/byte_range.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "gateway/codec/http/request_head.hpp"

namespace kleber::web {
namespace {

constexpr std::string_view kUnit = "bytes=";

// As large as there is room for; none for what is no number.
std::optional<std::uint64_t> number_from(std::string_view digits) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    if (digits.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') return std::nullopt;
        const auto units = static_cast<std::uint64_t>(digit - '0');
        value = value > (kMax - units) / 10 ? kMax : value * 10 + units;
    }
    return value;
}

}  // namespace

ByteRange byte_range_from(std::string_view value, std::uint64_t file_bytes) {
    constexpr ByteRange kUnsatisfiable{.outcome = RangeOutcome::Unsatisfiable};
    if (!codec::http::is_same_name(value.substr(0, kUnit.size()), kUnit)) return {};
    value.remove_prefix(kUnit.size());
    const std::size_t dash = value.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = number_from(value.substr(0, dash));
    const auto last = number_from(value.substr(dash + 1));
    if ((!first && dash != 0) || (!last && dash + 1 != value.size())) return {};

    if (!first) {  // so many at the end
        if (!last) return {};
        if (*last == 0) return kUnsatisfiable;
        if (file_bytes == 0) return {};
        const std::uint64_t size = std::min(*last, file_bytes);
        return {RangeOutcome::Part, file_bytes - size, size};
    }
    if (last && *last < *first) return {};
    if (*first >= file_bytes) return kUnsatisfiable;
    const std::uint64_t end = last ? std::min(*last, file_bytes - 1) : file_bytes - 1;
    return {RangeOutcome::Part, *first, end - *first + 1};
}

}  // namespace kleber::web
