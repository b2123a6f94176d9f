#include "gateway/topic/overlap.hpp"

#include "gateway/topic/levels.hpp"

namespace kleber::topic {
namespace {

bool is_wild(std::string_view level) {
    return level == "+" || level == "#";
}

// A wildcard that comes first matches no name that starts with '$'. [MQTT-4.7.2-1]
bool is_kept_out(std::string_view wild, std::string_view other) {
    return is_wild(Levels{wild}.level()) && other.starts_with('$');
}

void append_level(std::string& path, bool is_first, std::string_view level) {
    if (!is_first) path += '/';
    path += level;
}

}  // namespace

std::optional<std::string> overlap_of(std::string_view a, std::string_view b) {
    if (is_kept_out(a, b) || is_kept_out(b, a)) return std::nullopt;
    std::string both;
    Levels left{a};
    Levels right{b};
    for (bool is_first = true;; is_first = false) {
        // '#' stands for the level above it, too: there the other one may be at its end.
        if (left.is_at_end() && right.is_at_end()) return both;
        if (left.is_at_end()) return right.rest() == "#" ? std::optional{both} : std::nullopt;
        if (right.is_at_end()) return left.rest() == "#" ? std::optional{both} : std::nullopt;
        const std::string_view one = left.level();
        const std::string_view other = right.level();
        if (one == "#" || other == "#") {
            append_level(both, is_first, one == "#" ? right.rest() : left.rest());
            return both;
        }
        if (one != other && one != "+" && other != "+") return std::nullopt;
        append_level(both, is_first, one == "+" ? other : one);
        left.advance();
        right.advance();
    }
}

bool covers(std::string_view outer, std::string_view inner) {
    if (is_kept_out(outer, inner)) return false;
    // Every name has a first level.
    if (outer == "+/#") outer = "#";
    Levels wide{outer};
    Levels narrow{inner};
    for (;;) {
        if (wide.is_at_end()) return narrow.is_at_end();
        if (wide.level() == "#") return true;
        if (narrow.is_at_end() || narrow.level() == "#") return false;
        if (wide.level() != "+" && wide.level() != narrow.level()) return false;
        wide.advance();
        narrow.advance();
        if (narrow.is_at_end() && wide.rest() == "#") return true;
    }
}

}  // namespace kleber::topic
