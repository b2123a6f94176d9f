#include "tests/bench/doors/report.hpp"

#include <array>
#include <cstdio>

namespace kleber::bench {

void Report::add(std::string_view name, double figure) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", figure);
    if (!figures_.empty()) figures_ += ", ";
    figures_.append("\"").append(name).append("\": ").append(text.data());
}

}  // namespace kleber::bench
