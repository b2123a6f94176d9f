#include "gateway/app/cert_made_text.hpp"

#include <algorithm>

#include "gateway/app/for_people.hpp"
#include "gateway/app/moment.hpp"
#include "gateway/base/json_text.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

using certificates::Made;

// Fit for a terminal, whatever somebody has called his folder.
Made printable(Made made) {
    for (std::string* text : {&made.authority, &made.authority_key, &made.certificate, &made.key,
                              &made.revocations, &made.contents.common_name}) {
        *text = text::printable(*text);
    }
    return made;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text::printable(text);
}

// As configuration files want it.
std::string quoted(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

std::string authority_text(const Made& made) {
    if (!made.is_new_authority) return {};
    return "made an authority, for ten years:\n    " + made.authority +
           "\n        every client needs it; it is no secret\n    " + made.authority_key +
           "\n        whoever has it can make certificates; keep a copy in a safe place\n";
}

// "made the certificate of this gateway, valid until 2029-01-28:", and the files.
std::string pair_text(const Made& made, const std::string& whose) {
    std::string text = (made.is_renewed ? "renewed " : "made ") + whose + ", valid until " +
                       local_time(made.contents.valid_until).substr(0, 10) + ":\n    " +
                       made.certificate + '\n';
    if (!made.contents.names.empty()) text += "        for " + joined(made.contents.names) + '\n';
    text += "    " + made.key + "\n        its key, " +
            (made.is_new_key ? "which nobody else may have\n" : "the same as before\n");
    if (made.revocations.empty()) return text;
    return text + "revoked what was made for the old key:\n    " + made.revocations + '\n';
}

// The line of a listener, but for its end.
std::string tls_line(const std::string& certificate, const std::string& key) {
    return "    tls = { certificate = " + quoted(certificate) + ", key = " + quoted(key);
}

std::string how_to_refuse(const std::string& list) {
    return "The gateway refuses what is on that list where the tls of a [[listener]] has\n\n"
           "    crl = " +
           quoted(list) +
           "\n\nafter `kleber reload`; those who are connected stay so until `kleber kick`.\n";
}

}  // namespace

std::string server_made_text(const Made& what, const std::string& host) {
    const Made made = printable(what);
    std::string text = authority_text(made) + pair_text(made, "the certificate of this gateway");
    if (made.is_roots) {
        text += "If the gateway is not root's, give it the key: chown kleber " +
                shell_word(made.key) + '\n';
    }
    if (made.is_renewed) return text + "`kleber reload` takes it into use.\n";
    return text + "\nWrite this into kleber.toml, then type `kleber reload`:\n\n" +
           "    [[listener]]\n    kind = \"mqtts\"\n    port = 8883\n" +
           tls_line(made.certificate, made.key) + " }\n\n" +
           "To try it, here or where there is a copy of ca.pem:\n\n" + "    mosquitto_pub -h " +
           shell_word(host) + " -p 8883 --cafile " + shell_word(made.authority) +
           " -t hello -m world\n";
}

std::string client_made_text(const Made& what, const std::string& host) {
    const Made made = printable(what);
    const std::string text =
        authority_text(made) +
        pair_text(made, "the certificate of the client " + made.contents.common_name);
    if (made.is_renewed) {
        return text + "Copy what is new to the client.\n" +
               (made.revocations.empty() ? "" : how_to_refuse(made.revocations));
    }
    const std::string folder = made.authority.substr(0, made.authority.rfind('/') + 1);
    return text + "\nCopy both to the client, and ca.pem. The gateway asks for them where a " +
           "[[listener]] has\n\n" + tls_line(folder + "server.pem", folder + "server.key") +
           ", ca = " + quoted(made.authority) + ", client_certificate = \"required\" }\n\n" +
           "To try it:\n\n" + "    mosquitto_pub -h " + shell_word(host) + " -p 8883 --cafile " +
           shell_word(made.authority) + " --cert " + shell_word(made.certificate) + " --key " +
           shell_word(made.key) + " -t hello -m world\n";
}

std::string revoked_text(const certificates::Revocation& revocation) {
    const std::string list = text::printable(revocation.list);
    const std::string name = text::printable(revocation.common_name);
    if (revocation.count == 0) return "all of " + name + " was revoked before, in " + list + '\n';
    return "revoked " + counted(revocation.count, "certificate") + " of " + name + ":\n    " +
           list + "\n" + how_to_refuse(list);
}

std::string host_among(const std::vector<std::string>& names) {
    const auto local = std::find_if(names.begin(), names.end(), [](const std::string& name) {
        return name.ends_with(".local");
    });
    if (local != names.end()) return *local;
    return names.empty() ? "localhost" : names.front();
}

std::string shell_word(std::string_view text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,=";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
        return std::string{text};
    }
    std::string word = "'";
    for (const char letter : text) {
        if (letter == '\'') word += "'\\'";
        word += letter;
    }
    return word + "'";
}

}  // namespace kleber::app
