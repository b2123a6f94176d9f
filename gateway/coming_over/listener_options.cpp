#include "gateway/coming_over/listener_options.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "gateway/coming_over/mosquitto_conf.hpp"
#include "gateway/coming_over/step.hpp"
#include "gateway/coming_over/tls_options.hpp"

namespace kleber::coming_over {
namespace {

constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kConnectionsMax = 1'000'000;

bool speaks_web(const OptionGroup& listener) {
    const Option* protocol = listener.find("protocol");
    return protocol && first_word(protocol->value) == "websockets";
}

void take_place(Step& step, std::string_view) {
    step.taken("[[listener]] of kind " + kind_of(*step.source));
}

void take_interface(Step& step, std::string_view key) {
    if (step.source->path) return step.changed("a Unix socket has no interface");
    take_text(step, key);
}

// `::` is for IPv4, too, and a name may have addresses of both kinds.
void take_socket_domain(Step& step, std::string_view) {
    const std::string_view word = step.word();
    if (word != "ipv4" && word != "ipv6") return step.refuse("expected ipv4 or ipv6");
    if (step.source->path) return step.changed("a Unix socket has no addresses");
    const std::string host = step.source->host.value_or("");
    const bool is_v6 = host.find(':') != std::string::npos;
    const bool is_v4 = !is_v6 && host.find_first_not_of("0123456789.") == std::string::npos;
    if (host.empty() && word == "ipv4") {
        return step.set(step.listener->table, "address", quoted("0.0.0.0"));
    }
    if (!host.empty() && (word == "ipv4" ? is_v4 : is_v6)) return step.taken("as its address says");
    step.leave_out("a listener cannot be kept to " + std::string{word} +
                   " but by an address of that kind");
}

void take_protocol(Step& step, std::string_view) {
    if (step.word() == "mqtt") return step.taken("[[listener]] of kind " + kind_of(*step.source));
    if (step.word() == "websockets") {
        return step.changed("[[listener]] of kind " + kind_of(*step.source) +
                            ": a WebSocket is at / and at /mqtt, not everywhere");
    }
    if (step.word() != "http_api") return step.refuse("expected mqtt or websockets");
    step.listener->left_out_because.push_back(step.what());
    step.not_supported("there is no HTTP API; this listener is left out");
}

void take_http_folder(Step& step, std::string_view key) {
    if (!speaks_web(step.group)) return step.changed("it means nothing without websockets");
    take_path(step, key);
}

// All lines together are the list.
void take_origins(Step& step, std::string_view key) {
    if (!speaks_web(step.group)) return step.changed("it means nothing without websockets");
    if (step.group.find(step.option.name) != &step.option) return step.taken("with the last one");
    std::vector<std::string> origins;
    for (const Option& option : step.group) {
        if (option.name == step.option.name) origins.push_back(option.value);
    }
    step.set(step.listener->table, key, quoted_list(origins));
}

void take_connections(Step& step, std::string_view key) {
    const auto count = step.number(-kIntMax, kIntMax);
    if (!count) return;
    const std::int64_t most = *count <= 0 ? 0 : std::min(*count, kConnectionsMax);
    step.set(step.listener->table, key, std::to_string(most));
}

void take_qos(Step& step, std::string_view note) {
    const auto qos = step.number(0, 2);
    if (!qos) return;
    if (*qos == 2) return step.taken("it is so here");
    step.not_supported(std::string{note});
}

void take_aliases(Step& step, std::string_view key) {
    const auto count = step.number(0, 65'535);
    if (!count) return;
    step.changed(std::string{key} + " = " + std::to_string(*count) +
                 " in [limits], for all listeners");
    step.draft.limits.set(key, std::to_string(*count),
                          to_string(step.option.place) + ": " + step.what());
}

void take_versions(Step& step, std::string_view key) {
    std::vector<std::string> versions;
    for (const char letter : step.option.value) {
        if (letter == '3') versions.emplace_back("3.1");
        if (letter == '4') versions.emplace_back("3.1.1");
        if (letter == '5') versions.emplace_back("5");
    }
    std::sort(versions.begin(), versions.end());
    versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
    if (versions.empty()) return step.refuse("expected some of 3, 4 and 5");
    step.set(step.listener->table, key, quoted_list(versions));
}

// Not only a name in the log: it keeps one user's clients out of another's sessions.
void take_user_as_id(Step& step, std::string_view note) {
    const auto is_on = step.truth();
    if (!is_on) return;
    if (!*is_on) return step.taken("it is so here");
    step.leave_out(std::string{note});
}

void take_anonymous(Step& step, std::string_view) {
    if (step.truth()) step.taken("allow_anonymous of this listener");
}

constexpr std::array<OptionRow, 21> kRows = {{
    {"listener", Scope::Listener, take_place},
    {"port", Scope::Listener, take_place},
    {"bind_address", Scope::Listener, take_place},
    {"protocol", Scope::Listener, take_protocol},
    {"socket_domain", Scope::Listener, take_socket_domain},
    {"bind_interface", Scope::Listener, take_interface, "interface"},
    {"listener_allow_anonymous", Scope::Listener, take_anonymous},
    {"listener_auto_id_prefix", Scope::Listener, take_nothing,
     "the ids that are given begin otherwise"},
    // See ListenerConversion.
    {"psk_hint", Scope::Listener, take_elsewhere},
    {"max_connections", Scope::Listener, take_connections, "connections"},
    {"accept_protocol_versions", Scope::Listener, take_versions, "versions"},
    {"http_dir", Scope::Listener, take_http_folder, "files"},
    {"websockets_origin", Scope::Listener, take_origins, "origins", true},
    {"mount_point", Scope::Listener, take_leave_out,
     "not taken over: give a listener of your own mount_point = \"PREFIX/\""},
    {"use_username_as_clientid", Scope::Listener, take_user_as_id,
     "clients choose their ids, and could take over each other's sessions"},
    {"enable_proxy_protocol", Scope::Listener, take_leave_out,
     "not taken over: give a listener of your own proxy_protocol.from"},
    {"proxy_protocol_v2_require_tls", Scope::Listener, take_leave_out,
     "not taken over: give a listener of your own proxy_protocol.from"},
    {"max_qos", Scope::Listener, take_qos, "there is no such limit: QoS 2 is offered"},
    {"maximum_qos", Scope::Listener, take_qos, "there is no such limit: QoS 2 is offered"},
    {"max_topic_alias", Scope::Listener, take_aliases, "topic_aliases"},
    {"max_topic_alias_broker", Scope::Listener, take_nothing,
     "[limits] topic_aliases is for both ways"},
}};

}  // namespace

std::span<const OptionRow> listener_rows() {
    return kRows;
}

std::string kind_of(const MosquittoListener& listener) {
    if (listener.path) return "unix";
    const bool is_safe = speaks_tls(listener.options);
    if (speaks_web(listener.options)) return is_safe ? "wss" : "ws";
    return is_safe ? "mqtts" : "mqtt";
}

}  // namespace kleber::coming_over
