#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/certificates/certificate.hpp"
#include "gateway/certificates/subject_name.hpp"

// A folder of certificates: ca.pem and ca.key, which are made once and never again; server.pem and
// server.key; client-NAME.pem and client-NAME.key; issued.pem, which remembers all that were made,
// and crl.pem with what was revoked. Errors are sentences for people.
namespace kleber::certificates {

// Apple's systems trust no server's certificate of more than 825 days, whoever vouches for it. It
// begins a day before it is made, and some count the last second as a day.
inline constexpr std::chrono::days kServerLifetimeMax{823};
inline constexpr std::chrono::days kServerLifetime{800};
inline constexpr std::chrono::days kClientLifetimeMax{3653};
// What a server may be called: more makes each handshake longer.
inline constexpr std::size_t kNamesMax = 100;
inline constexpr std::size_t kClientNameBytesMax = 64;

// What becomes of a key that is there. A new certificate for the same key is a new date: nothing
// else changes for anybody.
enum class KeyChoice : std::uint8_t { KeepOld, MakeNew };
// Whether a new certificate has the names of the old one, too.
enum class NamesChoice : std::uint8_t { KeepOld, ForgetOld };

struct ServerWishes {
    std::string host_label;          // for the name of a new authority
    std::vector<SubjectName> names;  // the first one is the subject
    std::chrono::days lifetime = kServerLifetime;
    KeyChoice key = KeyChoice::KeepOld;
    NamesChoice old_names = NamesChoice::KeepOld;
};
struct ClientWishes {
    std::string host_label;
    std::string name;
    // A sensor is not visited every two years; without a wish, as long as the authority.
    std::chrono::days lifetime = kClientLifetimeMax;
    KeyChoice key = KeyChoice::KeepOld;
};

// What is there now, with the paths of its files.
struct Made {
    std::string authority;
    std::string authority_key;
    std::string certificate;
    std::string key;
    // The list on which those of the old key are now; empty if there was nothing to revoke.
    std::string revocations;
    bool is_new_authority = false;
    bool is_new_key = false;
    bool is_renewed = false;  // there was a certificate
    bool is_roots = false;    // a folder of root's: others cannot read the key
    Certificate contents;
};

// The server's certificate, and the authority if there is none. Nothing is replaced but a
// certificate of this authority, and a key that is to be new: then what was made for the old one is
// revoked.
Result<Made, std::string> create_server(const std::string& folder, const ServerWishes& wishes,
                                        WallTime now);
// The same for a client, by whose name a gateway knows it.
Result<Made, std::string> create_client(const std::string& folder, const ClientWishes& wishes,
                                        WallTime now);

}  // namespace kleber::certificates
