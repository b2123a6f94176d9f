#include "gateway/recorder/number_in.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace kleber::recorder {

std::optional<double> number_in(Bytes payload) {
    if (payload.size() > kNumberBytesMax) return std::nullopt;
    constexpr std::string_view kSpace = " \t\r\n";
    std::string_view text = as_text(payload);
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return std::nullopt;
    text = text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
    if (text == "true") return 1;
    if (text == "false") return 0;
    // from_chars knows no plus, and takes "inf" and "nan", which are no values to plot.
    if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(value)) return std::nullopt;
    // What is rounded near zero is often "-0.0": as a value of its own it would make its block
    // large.
    return value == 0 ? 0 : value;
}

}  // namespace kleber::recorder
