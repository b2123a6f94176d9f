#include "gateway/coming_over/bridge_options.hpp"

#include <array>

#include "gateway/coming_over/step.hpp"

namespace kleber::coming_over {
namespace {

constexpr OptionRow part(std::string_view name) {
    return {name, Scope::Bridge, take_not_supported, "a part of the bridge above", true};
}

// Nobody comes in by a bridge that is not there.
constexpr std::array<OptionRow, 49> kRows = {{
    {"connection", Scope::Bridge, take_not_supported,
     "bridges are not yet supported: it is left out, with all that is said of it", true},
    part("address"),
    part("addresses"),
    part("topic"),
    part("bridge_attempt_unsubscribe"),
    part("bridge_bind_address"),
    part("bridge_max_packet_size"),
    part("bridge_max_topic_alias"),
    part("bridge_outgoing_retain"),
    part("bridge_protocol_version"),
    part("bridge_receive_maximum"),
    part("bridge_reload_type"),
    part("bridge_session_expiry_interval"),
    part("bridge_tcp_keepalive"),
    part("bridge_tcp_user_timeout"),
    part("bridge_alpn"),
    part("bridge_cafile"),
    part("bridge_capath"),
    part("bridge_certfile"),
    part("bridge_ciphers"),
    part("bridge_ciphers_tls1.3"),
    part("bridge_identity"),
    part("bridge_insecure"),
    part("bridge_keyfile"),
    part("bridge_psk"),
    part("bridge_require_ocsp"),
    part("bridge_tls_use_os_certs"),
    part("bridge_tls_version"),
    part("cleansession"),
    part("clientid"),
    part("idle_timeout"),
    part("keepalive_interval"),
    part("local_cleansession"),
    part("local_clientid"),
    part("local_password"),
    part("local_username"),
    part("notification_topic"),
    part("notifications"),
    part("notifications_local_only"),
    part("password"),
    part("remote_clientid"),
    part("remote_password"),
    part("remote_username"),
    part("restart_timeout"),
    part("round_robin"),
    part("start_type"),
    part("threshold"),
    part("try_private"),
    part("username"),
}};

}  // namespace

std::span<const OptionRow> bridge_rows() {
    return kRows;
}

}  // namespace kleber::coming_over
