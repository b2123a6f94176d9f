#pragma once

#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/certificates/handles.hpp"
#include "gateway/certificates/subject_name.hpp"

namespace kleber::certificates {

// A certificate in the making. It remembers that something failed and does nothing from then on; so
// steps are written straight down, and looked at once, at the end.
class Draft {
  public:
    // For who has this key. With a random serial number.
    explicit Draft(EVP_PKEY& key);

    void set_subject(const std::string& common_name);
    void set_validity(WallTime from, WallTime until);
    void set_names(const std::vector<SubjectName>& names);
    // As in OpenSSL's configuration, after the subject: "critical,CA:FALSE". The issuer's
    // certificate is where a key identifier of the authority comes from; null means itself.
    void add_extension(int nid, const char* value, const X509* issuer = nullptr);

    // Null if anything has failed: openssl_error() knows what.
    CertificateHandle signed_by(const X509_NAME& issuer, EVP_PKEY& key);
    // By its own key.
    CertificateHandle self_signed(EVP_PKEY& key);

  private:
    void set_random_serial();

    CertificateHandle certificate_;
    bool is_good_ = false;
};

}  // namespace kleber::certificates
