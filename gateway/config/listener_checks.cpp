#include "gateway/config/listener_checks.hpp"

#include <string>

#include "gateway/config/checks.hpp"

namespace kleber::config {

namespace {

std::optional<Problem> check_tls(const Tls& tls) {
    if (tls.certificate.has_value() != tls.key.has_value()) {
        return Problem{
            tls.key ? "tls.key without tls.certificate" : "tls.certificate without tls.key",
            "a certificate and its key belong together"};
    }
    if (tls.certificate && tls.psk) {
        return Problem{"tls.psk beside tls.certificate",
                       "clients with a key of their own need a listener of their own"};
    }
    if (!tls.certificate && !tls.psk) {
        return Problem{"TLS needs a certificate",
                       "write tls = { certificate = \"server.pem\", key = \"server.key\" }"};
    }
    Tls for_psk;
    for_psk.psk = tls.psk;
    for_psk.version_min = tls.version_min;
    if (tls.psk && tls != for_psk) return Problem{"tls.psk beside settings for certificates"};
    const bool asks_clients = tls.client_certificate != ClientCertificate::None;
    if (asks_clients && !tls.ca) {
        return Problem{"tls.client_certificate without tls.ca",
                       "tls.ca is the authority that has signed the clients' certificates"};
    }
    if (!asks_clients && (tls.ca || tls.crl)) {
        return Problem{"tls.ca and tls.crl are for certificates of clients",
                       "write client_certificate = \"required\" beside it, or \"optional\""};
    }
    return std::nullopt;
}

std::optional<Problem> check_unix(const Listener& listener) {
    if (!listener.path) {
        return Problem{"a listener of kind unix needs a path",
                       "write path = \"/run/kleber/mqtt.sock\""};
    }
    if (listener.port || listener.interface) {
        return Problem{"a listener of kind unix has neither port nor interface"};
    }
    if (!listener.proxy_protocol.from.empty()) {
        return Problem{"proxy_protocol is not for listeners of kind unix"};
    }
    if (auto problem = check_socket_path(*listener.path)) {
        problem->message = "path: " + problem->message;
        return problem;
    }
    return std::nullopt;
}

std::string place_name(const Listener& listener) {
    if (listener.kind == ListenerKind::Unix) return *listener.path;
    return listener.address + " port " + std::to_string(*listener.port);
}

}  // namespace

std::optional<Problem> check_listener(const Listener& listener) {
    if (has_tls(listener.kind)) {
        if (auto problem = check_tls(listener.tls)) return problem;
    } else if (listener.tls != Tls{}) {
        return Problem{"tls is for listeners of kind mqtts and wss"};
    }
    if (listener.kind == ListenerKind::Unix) return check_unix(listener);
    if (has_web(listener.kind)) {
        if (listener.path && !listener.path->starts_with('/')) {
            return Problem{"path: the path of a WebSocket begins with /"};
        }
        return std::nullopt;
    }
    if (listener.path) return Problem{"path is for listeners of kind ws, wss and unix"};
    if (listener.files || !listener.origins.empty()) {
        return Problem{"files and origins are for listeners of kind ws and wss"};
    }
    return std::nullopt;
}

std::optional<Problem> check_rivals(const Listener& first, const Listener& second) {
    const bool is_unix = second.kind == ListenerKind::Unix;
    if (is_unix != (first.kind == ListenerKind::Unix)) return std::nullopt;
    const bool is_same = is_unix ? first.path == second.path
                                 : *second.port != 0 && first.port == second.port &&
                                       first.address == second.address &&
                                       first.interface == second.interface;
    if (!is_same) return std::nullopt;
    return Problem{place_name(second) + " is taken by the one in " + to_string(first.place),
                   is_unix ? "give it another path" : "give it another port"};
}

}  // namespace kleber::config
