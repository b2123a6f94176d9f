#include "gateway/coming_over/filter_overlap.hpp"

#include <vector>

namespace kleber::coming_over {
namespace {

std::vector<std::string_view> levels_of(std::string_view filter) {
    std::vector<std::string_view> levels;
    while (true) {
        const std::size_t slash = filter.find('/');
        levels.push_back(filter.substr(0, slash));
        if (slash == std::string_view::npos) return levels;
        filter.remove_prefix(slash + 1);
    }
}

std::string joined(const std::vector<std::string_view>& levels) {
    std::string filter;
    for (const std::string_view& level : levels) {
        if (&level != &levels.front()) filter += '/';
        filter += level;
    }
    return filter;
}

bool is_name(std::string_view level) {
    return level == "%u" || level == "%c";
}

// Neither a wildcard nor a name begins a topic with '$'.
bool keeps_out(std::string_view level, std::string_view other) {
    return (level == "+" || level == "#" || is_name(level)) && other.starts_with('$');
}

}  // namespace

std::optional<std::string> overlap_within(std::string_view bound, std::string_view other) {
    if (keeps_out(bound.substr(0, bound.find('/')), other) ||
        keeps_out(other.substr(0, other.find('/')), bound)) {
        return std::nullopt;
    }
    const std::vector<std::string_view> wide = levels_of(bound);
    const std::vector<std::string_view> narrow = levels_of(other);
    std::vector<std::string_view> both;
    for (std::size_t at = 0;; ++at) {
        if (at == wide.size() && at == narrow.size()) return joined(both);
        // '#' stands for the level above it, too.
        if (at == wide.size() || at == narrow.size()) {
            const auto& longer = at == wide.size() ? narrow : wide;
            if (longer[at] != "#") return std::nullopt;
            return joined(both);
        }
        if (wide[at] == "#" || narrow[at] == "#") {
            const auto& rest = wide[at] == "#" ? narrow : wide;
            both.insert(both.end(), rest.begin() + static_cast<std::ptrdiff_t>(at), rest.end());
            return joined(both);
        }
        if (wide[at] == "+") {
            both.push_back(narrow[at]);
        } else if (narrow[at] == "+" || narrow[at] == wide[at] || is_name(wide[at]) ||
                   is_name(narrow[at])) {
            both.push_back(wide[at]);
        } else {
            return std::nullopt;
        }
    }
}

std::optional<std::string> with_user(std::string_view pattern, std::string_view name) {
    std::vector<std::string_view> levels = levels_of(pattern);
    const bool makes_a_level = !name.empty() && name.find_first_of("+#/") == std::string_view::npos;
    for (std::string_view& level : levels) {
        if (level != "%u") continue;
        if (!makes_a_level) return std::nullopt;
        if (&level == &levels.front() && name.starts_with('$')) return std::nullopt;
        level = name;
    }
    return joined(levels);
}

bool mentions_a_name(std::string_view filter) {
    return filter.find("%u") != std::string_view::npos ||
           filter.find("%c") != std::string_view::npos ||
           filter.find("%n") != std::string_view::npos;
}

}  // namespace kleber::coming_over
