#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/qos.hpp"

namespace kleber::sim {

// What went wrong in a simulation: thrown by whoever sees it, printed with the seed.
struct Difference {
    std::string text;
};

// What a client has to say: its number is the beginning of its payload, by which it is known again.
// All texts are constants.
struct Letter {
    std::uint32_t number = 0;  // 0: no payload
    std::string_view topic{};
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    std::optional<std::uint32_t> expiry_seconds{};
    std::uint32_t padding_bytes = 0;
    bool has_user_property = false;
};

// Taken apart already, so that the model need not know how that is done.
struct FilterText {
    std::string_view text;
    std::string_view group;   // empty: not shared
    std::string_view filter;  // that topics are matched with
};

// No topic is in two groups: which of them is served first is nobody's business.
inline constexpr std::string_view kTopics[] = {"a",    "a/b",   "a/c",   "b/c",   "x/y/z",
                                               "x//z", "s/one", "s/two", "t/one", "t/two/three"};
inline constexpr FilterText kFilters[] = {
    {"a", "", "a"},
    {"a/b", "", "a/b"},
    {"a/+", "", "a/+"},
    {"a/#", "", "a/#"},
    {"+/c", "", "+/c"},
    {"#", "", "#"},
    {"+", "", "+"},
    {"x/+/z", "", "x/+/z"},
    {"s/one", "", "s/one"},
    {"$share/g/s/+", "g", "s/+"},
    {"$share/h/t/#", "h", "t/#"},
    {"$share/g/a/b", "g", "a/b"},
};

}  // namespace kleber::sim
