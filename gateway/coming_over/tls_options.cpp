#include "gateway/coming_over/tls_options.hpp"

#include <array>

#include "gateway/coming_over/step.hpp"

namespace kleber::coming_over {
namespace {

constexpr const char* kNoTls = "it means nothing without certfile and keyfile, or psk_hint";

bool has_certificate(const OptionGroup& group) {
    return group.has("certfile") && group.has("keyfile");
}

bool asks_for_certificates(const OptionGroup& group) {
    return has_certificate(group) && group.is_on("require_certificate");
}

void take_own_file(Step& step, std::string_view key) {
    if (step.group.has("psk_hint")) return step.refuse("beside psk_hint");
    if (!has_certificate(step.group)) {
        return step.leave_out("certfile and keyfile belong together; without them there is no TLS");
    }
    if (const auto path = step.path()) step.set(step.listener->table, key, quoted(*path));
}

void take_authorities(Step& step, std::string_view key) {
    if (!has_certificate(step.group)) {
        return step.leave_out("without certfile and keyfile there is no TLS");
    }
    if (!asks_for_certificates(step.group)) {
        return step.changed(
            "no certificates of clients are asked for; those between the gateway's own and its "
            "authority must be in certfile");
    }
    if (const auto path = step.path()) step.set(step.listener->table, key, quoted(*path));
}

void take_authorities_folder(Step& step, std::string_view) {
    if (!asks_for_certificates(step.group)) {
        return step.changed("no certificates of clients are asked for");
    }
    if (step.group.has("cafile")) {
        return step.not_supported("only the authorities in cafile are taken: add those of capath");
    }
    step.leave_out("authorities must be in one file: put them together and name it as cafile");
}

void take_revoked(Step& step, std::string_view key) {
    if (!asks_for_certificates(step.group)) {
        return step.changed("no certificates of clients are asked for");
    }
    if (const auto path = step.path()) step.set(step.listener->table, key, quoted(*path));
}

void take_require(Step& step, std::string_view key) {
    const auto is_on = step.truth();
    if (!is_on) return;
    if (!*is_on) return step.taken("it is so here");
    if (!has_certificate(step.group)) {
        return step.leave_out("without certfile and keyfile nobody is asked for a certificate");
    }
    if (!step.group.has("cafile")) {
        if (step.group.has("capath")) return step.taken("with capath");
        return step.leave_out("without cafile no certificate is good");
    }
    step.set(step.listener->table, key, quoted("required"));
    if (!step.group.is_on("use_identity_as_username") &&
        !step.group.is_on("use_subject_as_username")) {
        step.listener->table.set("tls.user", quoted("none"),
                                 "A certificate alone lets nobody in: there is a password, too.");
    }
}

void take_user(Step& step, std::string_view what) {
    const auto is_on = step.truth();
    if (!is_on) return;
    if (!*is_on) return step.taken("it is so here");
    if (step.group.has("psk_hint")) return step.taken("who has a key is the user of that name");
    if (!speaks_tls(step.group)) return step.changed(kNoTls);
    if (!asks_for_certificates(step.group)) {
        return step.leave_out("without require_certificate mosquitto lets nobody in");
    }
    if (what == "subject" && step.group.is_on("use_identity_as_username")) {
        return step.changed("use_identity_as_username goes before it");
    }
    step.set(step.listener->table, "tls.user", quoted(what));
}

void take_version(Step& step, std::string_view key) {
    const std::string_view word = step.word();
    const bool is_old = word == "tlsv1.1" || word == "tlsv1";
    if (!is_old && word != "tlsv1.2" && word != "tlsv1.3") return step.refuse("no version of TLS");
    if (!speaks_tls(step.group)) return step.changed(kNoTls);
    if (is_old) return step.changed("TLS 1.2 is the oldest version");
    step.set(step.listener->table, key, quoted(word == "tlsv1.3" ? "1.3" : "1.2"));
}

void take_ciphers(Step& step, std::string_view note) {
    if (!speaks_tls(step.group)) return step.changed(kNoTls);
    step.lock_lost(std::string{note});
}

void take_key_form(Step& step, std::string_view) {
    if (step.word() == "pem") return step.taken("keys are in PEM here");
    step.leave_out("there are no engines: the key must be in a file");
}

constexpr std::array<OptionRow, 16> kRows = {{
    {"certfile", Scope::Listener, take_own_file, "tls.certificate"},
    {"keyfile", Scope::Listener, take_own_file, "tls.key"},
    {"require_certificate", Scope::Listener, take_require, "tls.client_certificate"},
    {"cafile", Scope::Listener, take_authorities, "tls.ca"},
    {"capath", Scope::Listener, take_authorities_folder},
    {"crlfile", Scope::Listener, take_revoked, "tls.crl"},
    {"use_identity_as_username", Scope::Listener, take_user, "common-name"},
    {"use_subject_as_username", Scope::Listener, take_user, "subject"},
    {"tls_version", Scope::Listener, take_version, "tls.version_min"},
    {"ciphers", Scope::Listener, take_ciphers, "the ciphers are those that OpenSSL takes for good"},
    {"ciphers_tls1.3", Scope::Listener, take_ciphers,
     "the ciphers are those that OpenSSL takes for good"},
    {"disable_client_cert_date_checks", Scope::Listener, take_unless_true,
     "certificates that have ended let nobody in"},
    {"dhparamfile", Scope::Listener, take_nothing, "keys are agreed on by elliptic curves"},
    {"tls_keyform", Scope::Listener, take_key_form},
    {"tls_engine", Scope::Listener, take_leave_out,
     "there are no engines: the key must be in a file"},
    {"tls_engine_kpass_sha1", Scope::Listener, take_leave_out,
     "there are no engines: the key must be in a file"},
}};

}  // namespace

bool speaks_tls(const OptionGroup& listener) {
    return has_certificate(listener) || listener.has("psk_hint");
}

bool has_proven_users(const OptionGroup& listener) {
    return speaks_tls(listener) && (listener.is_on("use_identity_as_username") ||
                                    listener.is_on("use_subject_as_username"));
}

std::span<const OptionRow> tls_rows() {
    return kRows;
}

}  // namespace kleber::coming_over
