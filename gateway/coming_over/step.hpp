#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/coming_over/findings.hpp"
#include "gateway/coming_over/option.hpp"
#include "gateway/coming_over/set_up.hpp"
#include "gateway/coming_over/source_files.hpp"
#include "gateway/coming_over/toml_text.hpp"
#include "gateway/text/diagnostic.hpp"

namespace kleber::coming_over {

// kleber.toml in the making, but for its listeners.
struct Draft {
    TomlTable gateway{"[gateway]"};
    TomlTable log{"[log]"};
    TomlTable auth{"[auth]"};
    TomlTable limits{"[limits]"};
    TomlTable store{"[store]"};
};

// A [[listener]] in the making.
struct ListenerDraft {
    TomlTable table{"[[listener]]"};
    bool allows_anonymous = false;
    // Why it is not written: it would let in more than mosquitto's, or would not work.
    std::vector<std::string> left_out_because{};
};

// One option on its way.
class Step {
  public:
    const Option& option;
    const OptionGroup& group;  // that it is in
    Draft& draft;
    SourceFiles& files;
    Findings& findings;
    text::Diagnostics& problems;
    const MosquittoListener* source = nullptr;  // of Scope::Listener, as is the next
    ListenerDraft* listener = nullptr;

    // What is written; none, and a complaint, if mosquitto refuses it.
    std::optional<bool> truth();
    std::optional<std::int64_t> number(std::int64_t least, std::int64_t most);
    std::optional<std::string> text();
    std::string_view word() const { return first_word(option.value); }
    // The same of a file or folder, from the root on.
    std::optional<std::string> path();
    void refuse(std::string why);

    // Sets a key, with the option in a comment above it, and says so.
    void set(TomlTable& table, std::string_view key, std::string value);

    void taken(std::string how) { findings.taken(option.place, what(), std::move(how)); }
    void changed(std::string how) { findings.changed(option.place, what(), std::move(how)); }
    void not_supported(std::string why) {
        findings.not_supported(option.place, what(), std::move(why));
    }
    void lock_lost(std::string why) { findings.lock_lost(option.place, what(), std::move(why)); }
    // Of a listener: it is not written, and that is told as a lost lock.
    void leave_out(std::string why);

    std::string what() const;
};

// "name value", without what may be a secret.
std::string shown(const Option& option);

// What several rows have in common; `note` is our key, or the reason.
void take_nothing(Step& step, std::string_view note);  // no effect here: Changed
void take_not_supported(Step& step, std::string_view note);
void take_lock_lost(Step& step, std::string_view note);
void take_leave_out(Step& step, std::string_view note);  // of a listener
void take_text(Step& step, std::string_view note);       // of a listener
void take_path(Step& step, std::string_view note);       // of a listener
void take_elsewhere(Step& step, std::string_view note);  // another row has told of it
// Not supported if it is true, no effect if it is false; the other way round for the second.
void take_unless_true(Step& step, std::string_view note);
void take_unless_false(Step& step, std::string_view note);

}  // namespace kleber::coming_over
