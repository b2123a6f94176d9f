#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/certificates/authority.hpp"
#include "gateway/certificates/folder.hpp"

namespace kleber::certificates {

inline constexpr const char* kAuthorityFile = "ca.pem";
inline constexpr const char* kAuthorityKeyFile = "ca.key";

// A folder, and the authority in it. Errors are sentences.
struct Workshop {
    Folder folder;
    Authority authority;
    bool is_new = false;

    // With a new authority if there is none.
    static Result<Workshop, std::string> enter(const std::string& path, std::string_view host_label,
                                               WallTime now);
    // Only one that is there.
    static Result<Workshop, std::string> find(const std::string& path, WallTime now);

    // Of this file, which must be of this authority; null if there is no such file.
    Result<CertificateHandle, std::string> certificate_in(const std::string& name) const;
};

}  // namespace kleber::certificates
