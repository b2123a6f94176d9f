#include "gateway/auth/acl_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/text/characters.hpp"
#include "gateway/text/nearest.hpp"

namespace kleber::auth {
namespace {

struct TableWord {
    std::string_view word;
    Who meaning;
};
// Those with names of their own are tables of tables: [user.anna].
constexpr std::array<TableWord, 5> kTables = {{{"everybody", Who::Everybody},
                                               {"anonymous", Who::Anonymous},
                                               {"group", Who::Group},
                                               {"user", Who::User},
                                               {"client", Who::Client}}};

struct ListWord {
    std::string_view word;
    Access meaning;
};
constexpr std::array<ListWord, 4> kLists = {{{"read", Access::Read},
                                             {"write", Access::Write},
                                             {"subscribe", Access::Subscribe},
                                             {"deny", Access::Deny}}};

constexpr std::string_view kMembers = "users";

template <typename Words>
auto find_word(const Words& words, std::string_view word) {
    return std::find_if(words.begin(), words.end(),
                        [word](const auto& one) { return one.word == word; });
}

template <typename Words>
std::vector<std::string_view> words_of(const Words& words) {
    std::vector<std::string_view> all;
    all.reserve(words.size());
    for (const auto& one : words) all.push_back(one.word);
    return all;
}

// What people write who know other brokers' files.
std::string_view hint_for_list(std::string_view word) {
    if (word == "publish") return "write write = [\"home/+/set\"]";
    if (word == "readwrite" || word == "topic") return "write the filter into read and into write";
    if (word == "pattern") return "write it into read or write: %u, %c and %n work everywhere";
    return {};
}

class AclReader {
  public:
    explicit AclReader(const text::Document& document) : document_(document) {}

    void read() {
        for (const text::Entry& entry : document_.root()) {
            const auto* table = find_word(kTables, entry.key);
            if (table == kTables.end()) {
                report_unknown_table(entry);
            } else if (has_names(table->meaning)) {
                read_names(entry, table->meaning);
            } else {
                read_table(entry, table->meaning, {});
            }
        }
    }
    Result<AccessRules, text::Diagnostics> result() && {
        if (!diagnostics_.has_errors()) return std::move(rules_);
        diagnostics_.sort();
        return fail(std::move(diagnostics_));
    }

  private:
    static bool has_names(Who who) {
        return who == Who::Group || who == Who::User || who == Who::Client;
    }

    void report(text::Position position, const std::string& message, std::string_view hint) {
        if (diagnostics_.is_full()) return diagnostics_.leave_off();
        diagnostics_.add(document_.error(position, message, std::string{hint}));
    }

    void report_unknown_table(const text::Entry& entry) {
        std::string hint = text::did_you_mean(entry.key, words_of(kTables));
        if (hint.empty()) {
            hint = "write [user.NAME], [group.NAME], [client.ID], [anonymous] or [everybody]";
        }
        report(entry.position, "nobody is called " + text::excerpt(entry.key), hint);
    }

    void read_names(const text::Entry& entry, Who who) {
        const text::Table* names = entry.value.table();
        const std::string example = '[' + entry.key + ".NAME]";
        if (!names) {
            return report(entry.position, entry.key + " needs a name", "write " + example);
        }
        for (const text::Entry& one : *names) {
            if (one.value.array()) {
                report(one.position, "whose " + text::excerpt(one.key) + " is it?",
                       "write " + example + " above it");
            } else if (one.key.empty()) {
                report(one.position, "the name is empty",
                       who == Who::User ? "write [anonymous] for those without a user name" : "");
            } else {
                read_table(one, who, one.key);
            }
        }
    }

    void read_table(const text::Entry& entry, Who who, std::string_view name) {
        const text::Table* lists = entry.value.table();
        if (!lists) {
            return report(entry.position,
                          "expected a table, found " + std::string{entry.value.kind_name()},
                          "write [" + (name.empty() ? entry.key : "user.NAME") + ']');
        }
        for (const text::Entry& list : *lists) {
            if (who == Who::Group && list.key == kMembers) {
                read_members(list, name);
                continue;
            }
            const auto* found = find_word(kLists, list.key);
            if (found == kLists.end()) {
                report_unknown_list(list, who);
            } else {
                read_filters(list, who, name, found->meaning);
            }
        }
    }

    void report_unknown_list(const text::Entry& list, Who who) {
        std::string hint{hint_for_list(list.key)};
        if (hint.empty()) {
            std::vector<std::string_view> known = words_of(kLists);
            if (who == Who::Group) known.push_back(kMembers);
            hint = text::did_you_mean(list.key, known);
        }
        if (hint.empty()) hint = "there are read, write, subscribe and deny";
        report(list.position, "unknown key " + text::excerpt(list.key), hint);
    }

    // take(text, position) for each text of a list.
    template <typename Take>
    void for_each_text(const text::Entry& list, std::string_view what, std::string_view example,
                       Take&& take) {
        const std::string hint =
            "write " + std::string{list.key} + " = [\"" + std::string{example} + "\"]";
        const text::Array* array = list.value.array();
        if (!array) {
            return report(list.value.position(),
                          "expected a list of " + std::string{what} + ", found " +
                              std::string{list.value.kind_name()},
                          hint);
        }
        for (const text::Value& element : *array) {
            const std::string* one = element.string();
            if (!one) {
                report(element.position(),
                       "expected text, found " + std::string{element.kind_name()}, hint);
            } else if (rules_.entries.size() + rules_.members.size() == kAclEntriesMax) {
                if (is_too_long_) return;
                is_too_long_ = true;
                report(element.position(), "more than " + std::to_string(kAclEntriesMax),
                       "one filter with + or # can stand for many; %u for each user's own");
            } else {
                take(*one, element.position());
            }
        }
    }

    void read_filters(const text::Entry& list, Who who, std::string_view name, Access access) {
        for_each_text(list, "topic filters", "home/+/temperature",
                      [&](const std::string& filter, text::Position position) {
                          if (const auto flaw = AccessPattern::flaw_of(filter)) {
                              return report(position, flaw->message, flaw->hint);
                          }
                          rules_.entries.push_back({who, std::string{name}, access,
                                                    AccessPattern{filter}, place_of(position)});
                      });
    }

    void read_members(const text::Entry& list, std::string_view group) {
        for_each_text(list, "user names", "anna",
                      [&](const std::string& user, text::Position position) {
                          if (user.empty()) return report(position, "the name is empty", "");
                          rules_.members.push_back({std::string{group}, user});
                      });
    }

    std::string place_of(text::Position position) const {
        return document_.name() + ':' + std::to_string(position.line);
    }

    const text::Document& document_;
    AccessRules rules_;
    text::Diagnostics diagnostics_;
    bool is_too_long_ = false;
};

}  // namespace

Result<AccessRules, text::Diagnostics> parse_acl(text::Source source) {
    auto document = text::parse_toml(std::move(source));
    if (!document) {
        text::Diagnostics diagnostics;
        diagnostics.add(document.error());
        return fail(std::move(diagnostics));
    }
    AclReader reader{*document};
    reader.read();
    return std::move(reader).result();
}

}  // namespace kleber::auth
