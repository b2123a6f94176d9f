#include "gateway/topic/match.hpp"

#include <algorithm>
#include <cstddef>

namespace kleber::topic {

bool matches(std::string_view filter, std::string_view name) {
    const bool is_wild = filter.starts_with('+') || filter.starts_with('#');
    if (is_wild && name.starts_with('$')) return false;  // [MQTT-4.7.2-1]
    for (;;) {
        const std::size_t filter_end = std::min(filter.find('/'), filter.size());
        const std::size_t name_end = std::min(name.find('/'), name.size());
        const std::string_view level = filter.substr(0, filter_end);
        if (level == "#") return true;
        if (level != "+" && level != name.substr(0, name_end)) return false;
        const bool is_filter_at_end = filter_end == filter.size();
        const bool is_name_at_end = name_end == name.size();
        // '#' includes the level above it.
        if (is_name_at_end) return is_filter_at_end || filter.substr(filter_end) == "/#";
        if (is_filter_at_end) return false;
        filter.remove_prefix(filter_end + 1);
        name.remove_prefix(name_end + 1);
    }
}

}  // namespace kleber::topic
