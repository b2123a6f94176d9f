#include "gateway/text/nearest.hpp"

#include <algorithm>

namespace kleber::text {

namespace {

constexpr std::size_t kNameMax = 64;  // longer names are no slip of anything, and cost time

char folded(char letter) {
    if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
    return letter == '-' ? '_' : letter;
}

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
    // Three rows of the table are enough: a swap looks back by two.
    std::vector<std::size_t> before_last(to.size() + 1);
    std::vector<std::size_t> last(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const char here = folded(from[i - 1]);
            const char there = folded(to[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (here != there)});
            const bool is_swapped =
                i > 1 && j > 1 && here == folded(to[j - 2]) && folded(from[i - 2]) == there;
            if (is_swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[to.size()];
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.empty() || name.size() > kNameMax) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(name.size() / 3, 1) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    if (!best.empty()) return best;
    // What is only the beginning of one name, or one name with something more.
    if (name.size() < 3) return {};
    const auto is_longer = [&](std::string_view candidate) {
        return candidate.starts_with(name) ||
               (candidate.size() >= 3 && name.starts_with(candidate));
    };
    const auto found = std::find_if(candidates.begin(), candidates.end(), is_longer);
    return found == candidates.end() ? std::string_view{} : *found;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
    const std::string_view best = nearest(name, candidates);
    return best.empty() ? std::string{} : "did you mean " + std::string{best} + "?";
}

}  // namespace kleber::text
