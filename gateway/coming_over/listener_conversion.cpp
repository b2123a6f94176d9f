#include "gateway/coming_over/listener_conversion.hpp"

#include <utility>

#include "gateway/coming_over/listener_options.hpp"
#include "gateway/coming_over/tls_options.hpp"

namespace kleber::coming_over {
namespace {

void leave_out(const Place& place, const std::string& what, const std::string& why,
               Findings& findings, ListenerDraft& draft) {
    draft.left_out_because.push_back(what + ": " + why);
    findings.lock_lost(place, what, why + "; this listener is left out");
}

std::string name_of(const MosquittoListener& listener) {
    if (listener.path) return "listener 0 " + *listener.path;
    const std::string port = "listener " + std::to_string(listener.port);
    return listener.host ? port + ' ' + *listener.host : port;
}

// Whose key is known is let in here, as the user of that name.
void convert_keys(const MosquittoListener& listener, const Option& hint, Locks& locks,
                  Findings& findings, ListenerDraft& draft) {
    const Option* file = locks.group_of(listener).find("psk_file");
    if (!file) {
        return leave_out(hint.place, shown(hint), "without psk_file nobody has a key", findings,
                         draft);
    }
    const bool is_as_open = locks.allows_anonymous(listener) && !locks.has_acl();
    if (!has_proven_users(listener.options) && !is_as_open) {
        return leave_out(hint.place, shown(hint),
                         "without use_identity_as_username a key does not make a user in "
                         "mosquitto, but it does here",
                         findings, draft);
    }
    findings.changed(hint.place, shown(hint), "clients are given no hint; they need none");
    draft.table.set("tls.psk", quoted(locks.psk_file_for(*file)),
                    to_string(file->place) + ": " + shown(*file));
}

}  // namespace

ListenerDraft begin_listener(const MosquittoListener& listener, const Locks& locks,
                             bool is_local_only, const SourceFiles& files, Findings& findings) {
    ListenerDraft draft;
    draft.table.remark(to_string(listener.place) + ": " + name_of(listener));
    draft.table.set("kind", quoted(kind_of(listener)));
    if (listener.path) {
        draft.table.set("path", quoted(files.absolute(*listener.path)));
    } else {
        draft.table.set("address",
                        quoted(is_local_only ? "localhost" : listener.host.value_or("::")));
        draft.table.set("port", std::to_string(listener.port));
    }
    // A certificate or a key that names nobody lets nobody in.
    draft.allows_anonymous =
        locks.allows_anonymous(listener) && !has_proven_users(listener.options);
    draft.table.set("allow_anonymous", draft.allows_anonymous ? "true" : "false");
    if (is_local_only) {
        findings.taken({}, "a listener for this machine alone, port 1883",
                       draft.allows_anonymous
                           ? "[[listener]] at localhost, allow_anonymous = true"
                           : "[[listener]] at localhost, allow_anonymous = false");
    }
    return draft;
}

void end_listener(const MosquittoListener& listener, Locks& locks, Findings& findings,
                  ListenerDraft& draft) {
    const OptionGroup& options = listener.options;
    if (const std::string difference = locks.difference_of(listener); !difference.empty()) {
        leave_out(listener.place, name_of(listener),
                  difference + " is not that of the others, and there is only one for all",
                  findings, draft);
    }
    locks.tell_of(listener);
    if (const Option* hint = options.find("psk_hint")) {
        convert_keys(listener, *hint, locks, findings, draft);
    }
    if (listener.path && kind_of(listener) == "unix" &&
        (speaks_tls(options) || options.text("protocol").starts_with("websockets"))) {
        leave_out(listener.place, name_of(listener), "a Unix socket speaks plain MQTT", findings,
                  draft);
    }
    if (listener.host == "::" && !options.has("socket_domain")) {
        leave_out(listener.place, name_of(listener),
                  ":: is for IPv4 here, too, and for IPv6 alone in mosquitto", findings, draft);
    }
}

}  // namespace kleber::coming_over
