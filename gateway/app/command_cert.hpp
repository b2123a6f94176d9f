#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/app/call_gateway.hpp"

// The certificates of a home. They need no gateway, and are where `directory` says: by default in
// the folder `certificates` in the state folder, whose owner the gateway's user is.
namespace kleber::app {

struct CertCreateOptions {
    WhichGateway which;
    std::string directory;
    std::optional<std::string> client;  // none: the certificate of the gateway itself
    std::vector<std::string> names;
    std::optional<int> days;
    bool makes_new_key = false;
    bool forgets_names = false;
};
// An authority if there is none, and a certificate, new or renewed.
int cert_create(const CertCreateOptions& options);

struct CertRevokeOptions {
    WhichGateway which;
    std::string directory;
    std::string file;
};
// Puts a certificate, and all of the same key, on the authority's list of those that are void.
int cert_revoke(const CertRevokeOptions& options);

struct CertShowOptions {
    std::vector<std::string> files;
    bool is_json = false;
};
// What is in the files. Fails where a certificate is of no use now; kExitEndsSoon where one will
// be.
int cert_show(const CertShowOptions& options);

}  // namespace kleber::app
