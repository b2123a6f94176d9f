#include "gateway/auth/access_pattern.hpp"

#include <algorithm>

#include "gateway/topic/levels.hpp"
#include "gateway/topic/match.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::auth {
namespace {

// visit(level, is_first) for each level, until it says false. True if it never did.
template <typename Visit>
bool for_each_level(std::string_view path, Visit&& visit) {
    for (bool is_first = true;; is_first = false) {
        const std::size_t slash = path.find('/');
        if (!visit(path.substr(0, slash), is_first)) return false;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

// What a name may put in place of a level.
bool is_one_level(std::string_view name, bool is_first) {
    if (name.empty() || name.find_first_of("+#/") != std::string_view::npos) return false;
    // No user called $SYS reads the broker's own topics by `%u/#`.
    return !is_first || name.front() != '$';
}

}  // namespace

bool stands_for_a_name(std::string_view level) {
    return level == "%u" || level == "%c" || level == "%n";
}

std::string_view name_for(std::string_view level, const port::Principal& principal, bool is_first) {
    std::string_view name = principal.common_name;
    if (level == "%u") name = principal.user;
    if (level == "%c") name = principal.client_id;
    return is_one_level(name, is_first) ? name : std::string_view{};
}

std::optional<AccessPattern::Flaw> AccessPattern::flaw_of(std::string_view text) {
    if (text.starts_with("$share/")) {
        return Flaw{"a shared subscription is decided by its filter",
                    "leave out $share and the group"};
    }
    if (!topic::is_valid_filter(text)) {
        return Flaw{"not a topic filter",
                    "+ stands for one whole level, # for the rest: home/+/temperature, home/#"};
    }
    std::optional<Flaw> flaw;
    for_each_level(text, [&](std::string_view level, bool) {
        if (stands_for_a_name(level)) return true;
        for (const std::string_view name : {"%u", "%c", "%n"}) {
            if (level.find(name) == std::string_view::npos) continue;
            flaw = Flaw{std::string{name} + " is only a part of a level",
                        "it must be a whole one: device/" + std::string{name} + "/state"};
            return false;
        }
        return true;
    });
    return flaw;
}

AccessPattern::AccessPattern(std::string_view text) : text_(text) {
    for_each_level(text, [&](std::string_view level, bool) {
        if (stands_for_a_name(level)) has_names_ = true;
        return true;
    });
}

// Since both match some name, levels without wildcards in the same place are the same one: only
// the wildcards have to be compared, and no name be put in.
bool AccessPattern::is_within(const AccessPattern& other) const {
    // Every name has a first level.
    topic::Levels wide{other.text_ == "+/#" ? "#" : std::string_view{other.text_}};
    topic::Levels narrow{text_};
    for (;; wide.advance(), narrow.advance()) {
        if (wide.is_at_end()) return narrow.is_at_end();
        if (wide.level() == "#") return true;
        if (narrow.is_at_end() || narrow.level() == "#") return false;
        if (narrow.level() == "+" && wide.level() != "+") return false;
    }
}

bool AccessPattern::matches(const port::Principal& principal, std::string_view name) const {
    if (!has_names_) return topic::matches(text_, name);
    const std::optional<std::string> filter = filter_for(principal);
    return filter && topic::matches(*filter, name);
}

std::optional<std::string> AccessPattern::filter_for(const port::Principal& principal) const {
    if (!has_names_) return text_;
    std::string filter;
    const bool is_possible = for_each_level(text_, [&](std::string_view level, bool is_first) {
        if (!is_first) filter += '/';
        if (!stands_for_a_name(level)) {
            filter += level;
            return true;
        }
        const std::string_view name = name_for(level, principal, is_first);
        filter += name;
        return !name.empty();
    });
    if (!is_possible) return std::nullopt;
    return filter;
}

}  // namespace kleber::auth
