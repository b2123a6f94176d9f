#include "gateway/app/client_words.hpp"

#include "gateway/base/reason_code.hpp"

namespace kleber::app {
namespace {

using connection::DiscardReason;
using connection::Ended;
using connection::EndedBy;

std::string why(const Ended& ended) {
    if (ended.by == EndedBy::Link) {
        return ended.detail.empty() ? std::string{"closed by the server"} : ended.detail;
    }
    std::string text;
    if (ended.by == EndedBy::Server) {
        text = name_of(ended.reason);
        if (!ended.detail.empty() && ended.detail != text) text += " (" + ended.detail + ')';
    } else {
        // What we found wrong; the name of its code adds little to the words.
        text = ended.detail.empty() ? std::string{name_of(ended.reason)} : ended.detail;
    }
    if (!ended.server_reference.empty()) text += "; use " + ended.server_reference;
    return text;
}

std::string hint(const Ended& ended, bool has_user) {
    switch (ended.reason) {
        case ReasonCode::NotAuthorized:
        case ReasonCode::BadUserNameOrPassword:
            return has_user ? "check the user (-u) and the password"
                            : "give a user and a password: -u NAME --password-file FILE";
        case ReasonCode::UnsupportedProtocolVersion:
            return "try another version: -V 3.1.1";
        case ReasonCode::ClientIdentifierNotValid:
            return "choose another client identifier with -i";
        case ReasonCode::ServerUnavailable:
        case ReasonCode::ServerBusy:
        case ReasonCode::ConnectionRateExceeded:
        case ReasonCode::QuotaExceeded:
            return ended.by == EndedBy::Server ? "try again later" : "";
        default:
            return "";
    }
}

}  // namespace

std::string why_not_connected(const Ended& ended, const std::string& server, bool has_user) {
    const bool is_refusal = ended.by == EndedBy::Server;
    std::string text =
        is_refusal ? server + " refused the connection: " : "cannot connect to " + server + ": ";
    text += why(ended);
    // Something took the connection and hung up on the CONNECT.
    if (ended.by == EndedBy::Link && ended.reason == ReasonCode::UnspecifiedError) {
        text += " without an answer; is it an MQTT server? An old one may want -V 3.1.1";
    } else if (const std::string advice = hint(ended, has_user); !advice.empty()) {
        text += "; " + advice;
    }
    return text;
}

std::string why_lost(const Ended& ended, const std::string& server) {
    return "connection to " + server + " lost: " + why(ended);
}

bool may_try_again(const Ended& ended) {
    switch (ended.reason) {
        case ReasonCode::UnsupportedProtocolVersion:
        case ReasonCode::ClientIdentifierNotValid:
        case ReasonCode::BadUserNameOrPassword:
        case ReasonCode::NotAuthorized:
        case ReasonCode::Banned:
        case ReasonCode::BadAuthenticationMethod:
        case ReasonCode::UseAnotherServer:
        case ReasonCode::ServerMoved:
        // Whoever took the session over would lose it to us, and take it back, without end.
        case ReasonCode::SessionTakenOver:
            return false;
        default:
            return true;
    }
}

std::string reason_text(ReasonCode reason) {
    return std::string{name_of(reason)};
}

std::string reason_text(DiscardReason reason) {
    switch (reason) {
        case DiscardReason::Expired:
            return "expired before it could be sent";
        case DiscardReason::TooLarge:
            return "larger than the server takes";
        case DiscardReason::QosNotSupported:
            return "the server does not support this QoS; give a lower one with -q";
        case DiscardReason::RetainNotSupported:
            return "the server keeps no retained messages; leave out -r";
        case DiscardReason::SessionLost:
            return "not acknowledged, and the server has lost the session";
        case DiscardReason::LinkLost:
            return "the connection was lost before the answer";
    }
    return {};
}

std::string server_text(const std::string& host, std::uint16_t port) {
    const bool is_number = host.find(':') != std::string::npos;
    return (is_number ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

}  // namespace kleber::app
