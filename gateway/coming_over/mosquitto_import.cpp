#include "gateway/coming_over/mosquitto_import.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/acl_file.hpp"
#include "gateway/auth/users_text.hpp"
#include "gateway/coming_over/listener_conversion.hpp"
#include "gateway/coming_over/mosquitto_conf.hpp"
#include "gateway/coming_over/mosquitto_options.hpp"
#include "gateway/coming_over/set_up.hpp"
#include "gateway/coming_over/step.hpp"
#include "gateway/config/load.hpp"

namespace kleber::coming_over {
namespace {

constexpr const char* kConfigFile = "kleber.toml";

class Import {
  public:
    Import(const std::string& file, SetUp set_up, SourceFiles& sources)
        : file_(file), set_up_(std::move(set_up)), sources_(sources) {}

    Result<Imported, text::Diagnostics> run() {
        take_rows(Scope::General, set_up_.general, nullptr, nullptr);
        if (!set_up_.is_per_listener) {
            take_rows(Scope::Lock, set_up_.general, nullptr, nullptr);
        }
        convert_listeners();
        locks_.tell_of_unused_keys();
        for (const OptionGroup& bridge : set_up_.bridges) {
            take_rows(Scope::Bridge, bridge, nullptr, nullptr);
        }
        tell_the_rest();
        set_defaults();
        if (problems_.has_errors()) {
            problems_.sort();
            return fail(std::move(problems_));
        }
        findings_.sort();
        Imported imported{.files = {}, .findings = std::move(findings_)};
        if (!is_any_listener_left()) return imported;
        imported.files = locks_.take_files();
        imported.files.insert(imported.files.begin(), {kConfigFile, config_text()});
        if (auto checked = check(imported.files); !checked) return fail(checked.error());
        return imported;
    }

  private:
    Step step_of(const Option& option, const OptionGroup& group) {
        return Step{.option = option,
                    .group = group,
                    .draft = draft_,
                    .files = sources_,
                    .findings = findings_,
                    .problems = problems_};
    }

    void take_rows(Scope scope, const OptionGroup& group, const MosquittoListener* source,
                   ListenerDraft* listener) {
        for (const OptionRow* row : all_rows()) {
            if (row->scope != scope) continue;
            for (const Option& option : group) {
                if (find_row(option.name) != row) continue;
                Step step = step_of(option, group);
                step.source = source;
                step.listener = listener;
                if (!row->is_list && group.find(option.name) != &option) {
                    step.changed("said again below, which counts");
                } else {
                    row->take(step, row->note);
                }
            }
        }
    }

    void convert_listeners() {
        std::vector<const MosquittoListener*> kept;
        for (const MosquittoListener& listener : set_up_.listeners) {
            listeners_.push_back(convert(listener));
            if (listeners_.back().left_out_because.empty()) kept.push_back(&listener);
        }
        locks_.convert(kept);
        for (std::size_t at = 0; at < listeners_.size(); ++at) {
            const MosquittoListener& listener = set_up_.listeners[at];
            end_listener(listener, locks_, findings_, listeners_[at]);
            if (listeners_[at].left_out_because.empty()) continue;
            for (const Option& option : listener.options) findings_.withdraw(option.place);
        }
    }

    ListenerDraft convert(const MosquittoListener& listener) {
        ListenerDraft draft =
            begin_listener(listener, locks_, set_up_.is_local_only, sources_, findings_);
        take_rows(Scope::Listener, listener.options, &listener, &draft);
        if (set_up_.is_per_listener) {
            take_rows(Scope::Lock, listener.options, &listener, &draft);
        }
        if (listener.is_default && set_up_.is_local_only && !listener.options.empty()) {
            findings_.changed(listener.options.begin()->place, shown(*listener.options.begin()),
                              "mosquitto 2.0 opens port 1883 to everybody because of this line; "
                              "here it is for this machine alone, as in 2.1");
        }
        return draft;
    }

    void tell_the_rest() {
        for (const Option& option : set_up_.unknown) {
            findings_.lock_lost(option.place, shown(option), "no such option is known");
        }
        for (const Option& option : set_up_.without_effect) {
            findings_.changed(option.place, shown(option),
                              "before any listener it means nothing in mosquitto either");
        }
        for (const Option& option : set_up_.ambiguous) {
            findings_.lock_lost(option.place, shown(option),
                                "taken for the listener above, as mosquitto 2.0 does; for 2.1 it "
                                "is about port or bind_address, which should stand further up");
        }
    }

    // What mosquitto does without being told, and the gateway does not.
    void set_defaults() {
        const OptionGroup& general = set_up_.general;
        draft_.limits.set("queue.policy", quoted("drop-newest"),
                          "Mosquitto leaves out what comes when a queue is full.");
        findings_.taken({}, "a full queue takes no more", "queue.policy = \"drop-newest\"");
        draft_.auth.set("first_start", quoted("nothing"), "Mosquitto makes no user by itself.");
        findings_.taken({}, "no user is made by itself", "first_start = \"nothing\"");
        if (!general.has("persistence") && !general.has("retained_persistence")) {
            draft_.store.set("durability", quoted("memory"),
                             "Without persistence mosquitto forgets all when it stops. \"power\" "
                             "would keep it.");
            findings_.taken({}, "nothing is kept over a restart", "durability = \"memory\"");
        }
        if (!general.has("max_packet_size") && !general.has("message_size_limit")) {
            findings_.changed({}, "packets of up to 256 MiB", "up to 1 MiB: [limits] packet");
        }
        if (!general.has("persistent_client_expiration")) {
            findings_.changed({}, "sessions of absent clients are kept for ever",
                              "for 30 days: [limits] session_expiry");
        }
        if (!general.has("max_queued_bytes")) {
            findings_.changed({}, "a queue may take any number of bytes",
                              "8 MiB: [limits] queue.bytes");
        }
    }

    bool is_any_listener_left() const {
        return std::any_of(listeners_.begin(), listeners_.end(), [](const ListenerDraft& draft) {
            return draft.left_out_because.empty();
        });
    }

    std::string config_text() const {
        std::string text = comment_of("What " + file_ +
                                      " said, for Kleber. A setting that is not here is as in "
                                      "etc/kleber.toml, which explains them all.");
        text += comment_of("After a change: kleber check, then kleber reload.");
        text += draft_.gateway.text() + draft_.log.text();
        for (const ListenerDraft& listener : listeners_) {
            if (listener.left_out_because.empty()) {
                text += listener.table.text();
                continue;
            }
            text += '\n' + comment_of("A listener is left out:");
            for (const std::string& reason : listener.left_out_because) text += comment_of(reason);
        }
        return text + draft_.auth.text() + draft_.limits.text() + draft_.store.text();
    }

    // No file is made that the gateway refuses.
    static Status<text::Diagnostics> check(const std::vector<NewFile>& files) {
        for (const NewFile& file : files) {
            const text::Source source{file.name, file.text};
            if (file.name == kConfigFile) {
                const auto parsed = config::parse({&source, 1});
                if (!parsed) return fail(parsed.error());
            } else if (file.name == "users.toml") {
                const auto parsed = auth::parse_users(source);
                if (!parsed) return fail(parsed.error());
            } else if (file.name == "acl.toml") {
                const auto parsed = auth::parse_acl(source);
                if (!parsed) return fail(parsed.error());
            }
        }
        return Success{};
    }

    const std::string& file_;
    const SetUp set_up_;
    SourceFiles& sources_;
    Draft draft_;
    Findings findings_;
    text::Diagnostics problems_;
    Locks locks_{set_up_, draft_, sources_, findings_, problems_};
    std::vector<ListenerDraft> listeners_;
};

}  // namespace

Result<Imported, text::Diagnostics> import_mosquitto(const std::string& file, SourceFiles& files) {
    const auto options = read_mosquitto_conf(file, files);
    if (!options) return fail(options.error());
    auto set_up = sort_out(*options);
    if (!set_up) return fail(set_up.error());
    return Import{file, std::move(*set_up), files}.run();
}

}  // namespace kleber::coming_over
