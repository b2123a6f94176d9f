#include "gateway/coming_over/set_up.hpp"

#include <charconv>
#include <map>
#include <utility>

#include "gateway/coming_over/mosquitto_conf.hpp"
#include "gateway/coming_over/mosquitto_options.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

std::optional<std::uint16_t> port_from(std::string_view word) {
    std::uint16_t port = 0;
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, port);
    if (word.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return port;
}

class Sorter {
  public:
    void take(const Option& option) {
        if (option.name == "per_listener_settings") {
            take_per_listener(option);
        } else if (option.name == "listener") {
            open(option);
        } else if (option.name == "port" || option.name == "bind_address") {
            change_default(option);
        } else if (option.name == "connection") {
            bridge_of_file_[option.file_number] = set_up_.bridges.size();
            set_up_.bridges.emplace_back().add(option);
        } else {
            take_by_scope(option);
        }
    }

    Result<SetUp, text::Diagnostics> result() && {
        if (diagnostics_.has_errors()) return fail(std::move(diagnostics_));
        set_up_.is_local_only = !has_places_;
        if (set_up_.is_local_only && set_up_.listeners.empty()) default_listener({});
        if (default_) {
            for (const Option& option : early_locks_) listener(*default_).options.add(option);
        } else {
            set_up_.without_effect = std::move(early_locks_);
        }
        return std::move(set_up_);
    }

  private:
    MosquittoListener& listener(std::size_t index) { return set_up_.listeners[index]; }

    void refuse(const Option& option, std::string why) {
        if (diagnostics_.is_full()) return diagnostics_.leave_off();
        diagnostics_.add(complaint(option.place, option.name + ": " + std::move(why),
                                   "mosquitto refuses this line, too"));
    }

    void take_per_listener(const Option& option) {
        const std::string_view word = first_word(option.value);
        const bool is_on = word == "true" || word == "1";
        if (!is_on && word != "false" && word != "0") {
            return refuse(option, "expected true or false");
        }
        if (is_on && has_locks_) {
            return refuse(option, "must stand before all that says who may come in");
        }
        set_up_.is_per_listener = set_up_.is_per_listener || is_on;
        set_up_.general.add(option);
    }

    void open(const Option& option) {
        const std::string_view word = first_word(option.value);
        std::string_view where = trimmed(std::string_view{option.value}.substr(word.size()));
        where = where.starts_with('#') ? std::string_view{} : first_word(where);
        const auto port = port_from(word);
        if (!port) return refuse(option, "expected a port");
        if (*port == 0 && where.empty()) return refuse(option, "port 0 needs the path of a socket");
        has_places_ = true;
        const std::size_t index = set_up_.listeners.size();
        MosquittoListener& added = set_up_.listeners.emplace_back();
        added.port = *port;
        added.place = option.place;
        if (!where.empty()) (*port == 0 ? added.path : added.host) = std::string{where};
        added.options.add(option);
        listener_of_file_[option.file_number] = index;
        default_is_between_.erase(option.file_number);
    }

    std::size_t default_listener(const Place& place) {
        if (!default_) {
            default_ = set_up_.listeners.size();
            MosquittoListener& added = set_up_.listeners.emplace_back();
            added.is_default = true;
            added.place = place;
        }
        return *default_;
    }

    void change_default(const Option& option) {
        const auto port = port_from(first_word(option.value));
        if (option.name == "port" && (!port || *port == 0))
            return refuse(option, "expected a port");
        if (option.value.empty()) return refuse(option, "expected an address");
        has_places_ = true;
        MosquittoListener& changed = listener(default_listener(option.place));
        if (option.name == "port") {
            changed.port = *port;
        } else {
            changed.host = option.value;
        }
        changed.options.add(option);
        if (listener_of_file_.contains(option.file_number)) {
            default_is_between_.insert_or_assign(option.file_number, true);
        }
    }

    void take_by_scope(const Option& option) {
        const OptionRow* row = find_row(option.name);
        if (!row) return set_up_.unknown.add(option);
        switch (row->scope) {
            case Scope::General:
                return set_up_.general.add(option);
            case Scope::Lock:
                has_locks_ = true;
                if (!set_up_.is_per_listener) return set_up_.general.add(option);
                return take_for_listener(option);
            case Scope::Listener:
                return take_for_listener(option);
            case Scope::Bridge: {
                const auto bridge = bridge_of_file_.find(option.file_number);
                if (bridge == bridge_of_file_.end())
                    return refuse(option, "no connection above it");
                return set_up_.bridges[bridge->second].add(option);
            }
        }
    }

    void take_for_listener(const Option& option) {
        const auto current = listener_of_file_.find(option.file_number);
        if (current != listener_of_file_.end()) {
            if (default_is_between_.contains(option.file_number)) set_up_.ambiguous.add(option);
            return listener(current->second).options.add(option);
        }
        // Of these two alone mosquitto makes no listener.
        if (option.name == "allow_anonymous" || option.name == "acl_file") {
            return early_locks_.add(option);
        }
        listener(default_listener(option.place)).options.add(option);
    }

    SetUp set_up_;
    text::Diagnostics diagnostics_;
    std::map<std::uint32_t, std::size_t> listener_of_file_;
    std::map<std::uint32_t, std::size_t> bridge_of_file_;
    std::map<std::uint32_t, bool> default_is_between_;
    std::optional<std::size_t> default_;
    OptionGroup early_locks_;
    bool has_places_ = false;
    bool has_locks_ = false;
};

}  // namespace

Result<SetUp, text::Diagnostics> sort_out(const std::vector<Option>& options) {
    Sorter sorter;
    for (const Option& option : options) sorter.take(option);
    return std::move(sorter).result();
}

}  // namespace kleber::coming_over
