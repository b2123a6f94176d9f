#include "gateway/coming_over/brace_list.hpp"

#include <algorithm>
#include <optional>

namespace kleber::coming_over {
namespace {

using Entries = std::vector<std::string>;

constexpr std::size_t kListsMax = 32;  // inside and after each other

// The first list of a text.
struct List {
    std::string_view before;
    std::vector<std::string_view> parts{};
    std::string_view after{};
};

std::optional<List> first_list(std::string_view text, std::size_t open) {
    List list{.before = text.substr(0, open)};
    std::size_t depth = 0;
    std::size_t from = open + 1;
    for (std::size_t at = open; at < text.size(); ++at) {
        if (text[at] == '{') {
            ++depth;
        } else if (text[at] == '}' && --depth == 0) {
            list.parts.push_back(text.substr(from, at - from));
            list.after = text.substr(at + 1);
            return list;
        } else if (text[at] == ',' && depth == 1) {
            list.parts.push_back(text.substr(from, at - from));
            from = at + 1;
        }
    }
    return std::nullopt;
}

Result<Entries, std::string> expand(std::string_view text, std::size_t lists_left) {
    const std::size_t open = text.find_first_of("{}");
    if (open == std::string_view::npos) return Entries{std::string{text}};
    const auto list = text[open] == '{' ? first_list(text, open) : std::nullopt;
    if (!list) return fail(std::string{"a brace without its other half"});
    if (list->parts.size() == 1) return fail(std::string{"braces without a comma in them"});
    if (list->before.ends_with('$')) return fail(std::string{"braces after a $"});
    if (lists_left == 0) return fail(std::string{"too many braces"});
    const auto ends = expand(list->after, lists_left - 1);
    if (!ends) return fail(ends.error());
    Entries entries;
    for (const std::string_view part : list->parts) {
        const auto middles = expand(part, lists_left - 1);
        if (!middles) return fail(middles.error());
        if (entries.size() + middles->size() * ends->size() > kBraceEntriesMax) {
            return fail("braces that stand for more than " + std::to_string(kBraceEntriesMax) +
                        " entries");
        }
        for (const std::string& middle : *middles) {
            for (const std::string& end : *ends) {
                entries.push_back(std::string{list->before}.append(middle).append(end));
            }
        }
    }
    return entries;
}

}  // namespace

Result<Entries, std::string> expand_braces(std::string_view text) {
    auto entries = expand(text, kListsMax);
    if (!entries) return entries;
    Entries kept = std::move(*entries);
    kept.erase(std::remove(kept.begin(), kept.end(), std::string{}), kept.end());
    return kept;
}

}  // namespace kleber::coming_over
