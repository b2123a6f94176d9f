#include "gateway/coming_over/mosca_glob.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/user_name.hpp"
#include "gateway/base/result.hpp"
#include "gateway/coming_over/brace_list.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::coming_over {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

// As minimatch does before it looks at a glob.
std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

std::vector<std::string_view> levels_of(std::string_view path) {
    std::vector<std::string_view> levels;
    while (true) {
        const std::size_t slash = path.find('/');
        levels.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return levels;
        path.remove_prefix(slash + 1);
    }
}

// Of a level that is no wildcard as a whole; empty if each of its characters means itself.
std::string_view what_is_special_in(std::string_view level) {
    for (std::size_t at = 0; at < level.size(); ++at) {
        const bool has_pattern = at + 1 < level.size() && level[at + 1] == '(';
        if (std::string_view{"*?+@!"}.find(level[at]) != std::string_view::npos && has_pattern) {
            return "a pattern in parentheses";
        }
        if (level[at] == '*') return "a * for a part of a level";
        if (level[at] == '?') return "a ? for one character";
        if (level[at] == '[') return "a [ for a class of characters";
    }
    return {};
}

// One entry of a glob, without lists in braces.
class Entry {
  public:
    Entry(std::string_view text, Right right, GlobFilters& found)
        : text_(text), right_(right), found_(found) {}

    Result<std::string, std::string> filter() const {
        if (text_.find("//") != std::string_view::npos) {
            return fail(std::string{"// is the same as / for Mosca, and is not in MQTT"});
        }
        const std::vector<std::string_view> levels = levels_of(text_);
        if (right_ == Right::Publish && text_.starts_with('$')) {
            return fail(std::string{"nobody publishes to topics that begin with $"});
        }
        std::string filter;
        for (std::size_t index = 0; index < levels.size(); ++index) {
            if (index > 0) filter += '/';
            const bool is_last = index + 1 == levels.size();
            const auto level = filter_level(levels[index], index == 0, is_last);
            if (!level) return fail(level.error());
            filter += *level;
        }
        if (const auto problem = auth::problem_of_filter(filter)) return fail(*problem);
        take_note_of(levels);
        return filter;
    }

  private:
    Result<std::string, std::string> filter_level(std::string_view level, bool is_first,
                                                  bool is_last) const {
        if (level == "**") {
            if (!is_last) return fail(std::string{"** before other levels: # can only be last"});
            // The level above is not meant, and `a/#` would be that, too. Who subscribes to `a/#`
            // gets it in Mosca all the same.
            return std::string{right_ == Right::Publish && !is_first ? "+/#" : "#"};
        }
        if (level == "*") return std::string{"+"};
        if (const std::string_view special = what_is_special_in(level); !special.empty()) {
            return fail(std::string{special} + ": there are wildcards for whole levels only");
        }
        // A subscription has these as text; a topic has none of them.
        if (right_ == Right::Publish && level.find_first_of("+#") != std::string_view::npos) {
            return fail(std::string{"no topic has + or # in it: it allows nothing in Mosca"});
        }
        return std::string{level};
    }

    void take_note_of(const std::vector<std::string_view>& levels) const {
        const auto is_star = [](std::string_view level) { return level == "*"; };
        const bool has_star = std::any_of(levels.begin(), levels.end(), is_star);
        if (has_star) found_.has_one_level_wildcard = true;
        if (has_star || levels.back() == "**") found_.has_wildcard = true;
        if (is_star(levels.front()) || levels.front() == "**") found_.begins_with_wildcard = true;
        if (std::any_of(levels.begin(), levels.end(),
                        [](std::string_view level) { return level.starts_with('.'); })) {
            found_.names_hidden_level = true;
        }
    }

    std::string_view text_;
    Right right_;
    GlobFilters& found_;
};

// Why a glob means nothing that could be taken over, before it is taken apart.
std::string_view problem_of(std::string_view glob) {
    if (glob.empty()) return "it matches no topic";
    if (glob.size() > topic::kPathBytesMax) return "it is too long";
    if (glob.front() == '#') return "a comment for Mosca: it allows nothing there either";
    if (glob.front() == '!') return "a ! in front: there are no filters for what does not match";
    if (glob.find('\\') != std::string_view::npos) return "a backslash";
    return {};
}

}  // namespace

GlobFilters filters_of_glob(std::string_view glob, Right right) {
    GlobFilters found;
    const auto refuse = [&found](std::string_view entry, std::string why) {
        found.refused.push_back({std::string{entry}, std::move(why)});
    };
    glob = trimmed(glob);
    if (const std::string_view problem = problem_of(glob); !problem.empty()) {
        refuse(glob, std::string{problem});
        return found;
    }
    const auto entries = expand_braces(glob);
    if (!entries) {
        refuse(glob, entries.error());
        return found;
    }
    for (const std::string& entry : *entries) {
        auto filter = Entry{entry, right, found}.filter();
        if (!filter) {
            refuse(entry, filter.error());
        } else if (std::find(found.filters.begin(), found.filters.end(), *filter) ==
                   found.filters.end()) {
            found.filters.push_back(std::move(*filter));
        }
    }
    return found;
}

}  // namespace kleber::coming_over
