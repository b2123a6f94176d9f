#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/certificates/create.hpp"
#include "gateway/certificates/revoke.hpp"

// What `kleber cert create` and `revoke` say: what is there now, and what to do with it. The host
// is what clients may call the gateway.
namespace kleber::app {

std::string server_made_text(const certificates::Made& made, const std::string& host);
std::string client_made_text(const certificates::Made& made, const std::string& host);
std::string revoked_text(const certificates::Revocation& revocation);

// A name that a client can connect to, of those of a server: NAME.local, if there is one.
std::string host_among(const std::vector<std::string>& names);
// One word of a command line.
std::string shell_word(std::string_view text);

}  // namespace kleber::app
