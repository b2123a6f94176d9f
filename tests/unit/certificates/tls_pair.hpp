#pragma once

#include <string>

namespace kleber::certificates {

// The files of one end; empty for none.
struct TlsEnd {
    std::string certificate = {};
    std::string key = {};
    std::string authority = {};  // whom it trusts; without one it does not ask
};

struct Handshake {
    bool is_done = false;
    std::string server_doubt;  // what the server thinks of the client's certificate: "ok"
    std::string client_doubt;  // and the client of the server's
    std::string client_name;   // the CN that the server sees
    std::string version;       // "TLSv1.3"
};

// One handshake in memory. The client calls the server by this name or address.
Handshake shake_hands(const TlsEnd& server, const TlsEnd& client, const std::string& server_name);

}  // namespace kleber::certificates
