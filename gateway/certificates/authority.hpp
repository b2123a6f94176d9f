#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/certificates/handles.hpp"
#include "gateway/certificates/subject_name.hpp"

namespace kleber::certificates {

// Others' clocks are not ours: what was made just now is good for one that is a day behind.
inline constexpr std::chrono::days kBackdated{1};

enum class Purpose : std::uint8_t { Server, Client };

// What a certificate is to say.
struct Wanted {
    Purpose purpose = Purpose::Server;
    std::string common_name;         // 1 to 64 characters
    std::vector<SubjectName> names;  // of a server
    WallTime valid_until{};          // later than now; never outlives the authority
};

// Who vouches for the others in a home: a key, and a certificate that says so. Errors are
// sentences.
class Authority {
  public:
    // A new one, for kYears. The label of a host becomes a part of its name.
    static constexpr int kYears = 10;
    static Result<Authority, std::string> create(std::string_view host_label, WallTime now);
    // One that was kept. The error is what follows the name of the certificate's file.
    static Result<Authority, std::string> adopt(CertificateHandle certificate, KeyHandle key);

    const X509& certificate() const { return *certificate_; }
    const EVP_PKEY& key() const { return *key_; }
    WallTime valid_until() const;

    // Whether it has signed that.
    bool has_issued(X509& certificate) const;
    bool has_issued(X509_CRL& revocations) const;

    // A certificate for who has this key.
    Result<CertificateHandle, std::string> issue(const Wanted& wanted, EVP_PKEY& key,
                                                 WallTime now) const;

    Status<std::string> sign(X509_CRL& revocations) const;

  private:
    Authority(CertificateHandle certificate, KeyHandle key)
        : certificate_(std::move(certificate)), key_(std::move(key)) {}

    CertificateHandle certificate_;
    KeyHandle key_;
};

}  // namespace kleber::certificates
