#pragma once

#include <string>

#include "gateway/connection/mqtt_client_event.hpp"

// What happened to a client, in words for the person who started it. No line ends with a full stop
// or a line end.
namespace kleber::app {

// Why no connection came about, with what to do about it: "cannot connect to pi.local:1883:
// Connection refused".
std::string why_not_connected(const connection::Ended& ended, const std::string& server,
                              bool has_user);
// Why a connection that was there is gone: "connection to pi.local:1883 lost: session taken over".
std::string why_lost(const connection::Ended& ended, const std::string& server);
// Whether connecting again with the same options may help.
bool may_try_again(const connection::Ended& ended);

// Why a message or subscription was not accepted.
std::string reason_text(ReasonCode reason);
std::string reason_text(connection::DiscardReason reason);

// host:port, with an IPv6 number in brackets.
std::string server_text(const std::string& host, std::uint16_t port);

}  // namespace kleber::app
