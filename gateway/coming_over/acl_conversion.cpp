#include "gateway/coming_over/acl_conversion.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "gateway/auth/access_pattern.hpp"
#include "gateway/auth/acl_file.hpp"
#include "gateway/coming_over/filter_overlap.hpp"
#include "gateway/coming_over/toml_text.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

struct Right {
    std::string filter;
    auth::AccessPattern pattern;
    bool may_read = false;
    bool may_write = false;  // neither: deny
    std::string remark;      // where it comes from
    bool is_void = false;    // a deny leaves nothing of it
};

// Whom one table of acl.toml is about.
struct Section {
    std::vector<Right> allows;
    std::vector<Right> denies;
};

// Whether it would be the exception where both are about the same user.
bool is_exception(const Right& allow, const Right& deny) {
    return allow.pattern.is_within(deny.pattern) && !deny.pattern.is_within(allow.pattern);
}

std::string line_word(const Place& place) {
    return "line " + std::to_string(place.line);
}

std::string words_of(const AclLine& line) {
    const char* access = line.is_deny() ? "deny" : !line.may_write ? "read" : "write";
    if (line.may_read && line.may_write) access = "readwrite";
    return std::string{line.kind == AclLine::Kind::Topic ? "topic " : "pattern "} + access + ' ' +
           text::excerpt(line.filter);
}

// A name as a key: in quotes only where it must be.
std::string key_of(const std::string& name) {
    constexpr std::string_view kBare =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return name.find_first_not_of(kBare) == std::string::npos ? name : quoted(name);
}

// Why a line cannot be said in acl.toml; none if it can.
std::optional<std::string> obstacle_of(const AclLine& line) {
    if (line.kind == AclLine::Kind::Topic && mentions_a_name(line.filter)) {
        return "it means these very letters, which stand for a name in acl.toml";
    }
    if (line.filter.find("%n") != std::string::npos) return "%n stands for a name in acl.toml";
    if (const auto flaw = auth::AccessPattern::flaw_of(line.filter)) return flaw->message;
    return std::nullopt;
}

class AclConversion {
  public:
    explicit AclConversion(Findings& findings) : findings_(findings) {}

    void take(const AclLine& line) {
        if (const auto obstacle = obstacle_of(line)) {
            if (line.is_deny()) {
                findings_.lock_lost(line.place, words_of(line), *obstacle);
            } else {
                findings_.not_supported(line.place, words_of(line),
                                        *obstacle + "; nobody may do this now");
            }
            return;
        }
        Section& section = line.kind == AclLine::Kind::Pattern ? everybody_
                           : line.user                         ? users_[*line.user]
                                                               : anonymous_;
        auto& list = line.is_deny() ? section.denies : section.allows;
        list.push_back({line.filter, auth::AccessPattern{line.filter}, line.may_read,
                        line.may_write, line_word(line.place)});
        ++count_;
    }

    // Adds what makes the same of the file here as there.
    void settle() {
        add_denies(everybody_);
        add_allows(anonymous_, std::nullopt);
        add_denies(anonymous_);
        for (auto& [name, section] : users_) {
            add_allows(section, name);
            add_denies(section);
        }
    }

    std::string toml(const Place& named_by) const {
        std::string out = comment_of("Who may do what, from " + to_string(named_by) +
                                     ". What nothing here allows is refused.");
        out += comment_of(
            "After a change: kleber check, then kleber reload. kleber acl explain says what "
            "decides.");
        out += table("[everybody]", everybody_);
        out += table("[anonymous]", anonymous_);
        for (const auto& [name, section] : users_)
            out += table("[user." + key_of(name) + "]", section);
        return out;
    }

    std::size_t count() const { return count_; }
    std::size_t user_count() const { return users_.size(); }
    bool has_patterns() const { return !everybody_.allows.empty() || !everybody_.denies.empty(); }
    bool denies_by_user() const {
        return std::any_of(
            everybody_.denies.begin(), everybody_.denies.end(),
            [](const Right& one) { return one.filter.find("%u") != std::string::npos; });
    }
    bool names_users() const {
        return denies_by_user() ||
               std::any_of(
                   everybody_.allows.begin(), everybody_.allows.end(),
                   [](const Right& one) { return one.filter.find("%u") != std::string::npos; });
    }

  private:
    bool is_full() const { return count_ > auth::kAclEntriesMax; }

    // A deny holds in mosquitto, however specific what allows is.
    void add_denies(Section& section) {
        std::set<std::string> added;
        const std::size_t written_count = section.denies.size();
        for (Right& allow : section.allows) {
            for (std::size_t at = 0; at < written_count && !allow.is_void && !is_full(); ++at) {
                const Right& deny = section.denies[at];
                if (!is_exception(allow, deny)) continue;
                const auto both = overlap_within(deny.filter, allow.filter);
                if (!both) continue;
                if (*both == allow.filter) {
                    allow.is_void = true;
                } else if (added.insert(*both).second) {
                    ++count_;
                    section.denies.push_back({*both, auth::AccessPattern{*both}, false, false,
                                              deny.remark + ", which holds for " + allow.remark});
                }
            }
        }
    }

    // What a user's own line allows no pattern takes away.
    void add_allows(Section& section, const std::optional<std::string>& user) {
        std::set<std::string> added;
        const std::size_t written_count = section.allows.size();
        for (std::size_t at = 0; at < written_count; ++at) {
            // The list grows.
            const Right allow = section.allows[at];
            for (const Right& deny : everybody_.denies) {
                if (is_full()) return;
                if (allow.pattern.is_within(deny.pattern)) continue;
                const auto for_user = with_user(deny.filter, user.value_or(""));
                if (!for_user) continue;
                const auto both = overlap_within(allow.filter, *for_user);
                if (!both) continue;
                const char access =
                    static_cast<char>('0' + (allow.may_read ? 1 : 0) + (allow.may_write ? 2 : 0));
                if (!added.insert(*both + access).second) continue;
                ++count_;
                section.allows.push_back(
                    {*both, auth::AccessPattern{*both}, allow.may_read, allow.may_write,
                     allow.remark + ", in spite of the pattern of " + deny.remark});
            }
        }
    }

    static void append_list(std::string& out, const char* key, const std::vector<Right>& rights,
                            bool (*is_meant)(const Right&)) {
        std::string list;
        for (const Right& right : rights) {
            if (right.is_void || !is_meant(right)) continue;
            list += "    " + quoted(right.filter) + ",  # " + right.remark + '\n';
        }
        if (!list.empty()) out.append(key).append(" = [\n").append(list).append("]\n");
    }

    static std::string table(const std::string& heading, const Section& section) {
        std::string lists;
        append_list(lists, "read", section.allows, [](const Right& one) { return one.may_read; });
        append_list(lists, "write", section.allows, [](const Right& one) { return one.may_write; });
        append_list(lists, "deny", section.denies, [](const Right&) { return true; });
        return lists.empty() ? std::string{} : '\n' + heading + '\n' + lists;
    }

    Findings& findings_;
    Section everybody_;
    Section anonymous_;
    std::map<std::string, Section> users_;
    std::size_t count_ = 0;
};

// To mosquitto such names are dangerous where there are patterns; here they match no pattern.
void tell_of_names(const AclConversion& conversion, const std::vector<std::string>& names,
                   const Place& named_by, Findings& findings) {
    if (!conversion.has_patterns()) return;
    for (const std::string& name : names) {
        const std::string what = "user " + text::excerpt(name);
        if (name.find_first_of("+#") != std::string::npos) {
            findings.lock_lost(named_by, what,
                               "with + or # in the name no pattern allows anything in mosquitto; "
                               "here those without %u do");
        } else if (name.find('/') == std::string::npos && !name.starts_with('$')) {
            continue;
        } else if (conversion.denies_by_user()) {
            findings.lock_lost(named_by, what,
                               "a pattern with %u that denies does not match this name here");
        } else if (conversion.names_users()) {
            findings.changed(named_by, what, "no pattern with %u matches this name here");
        }
    }
}

}  // namespace

std::string acl_toml(const std::vector<AclLine>& lines, const std::vector<std::string>& names,
                     const Place& named_by, Findings& findings) {
    AclConversion conversion{findings};
    for (const AclLine& line : lines) conversion.take(line);
    conversion.settle();
    tell_of_names(conversion, names, named_by, findings);
    return conversion.toml(named_by);
}

}  // namespace kleber::coming_over
