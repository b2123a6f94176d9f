#include "gateway/certificates/revoked_keys.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/certificates/issued.hpp"
#include "gateway/certificates/pem.hpp"
#include "gateway/certificates/read_certificate.hpp"
#include "gateway/certificates/revocations.hpp"

namespace kleber::certificates {
namespace {

constexpr const char* kFile = "crl.pem";

// Null if there is none.
Result<RevocationsHandle, std::string> list_in(const Workshop& shop) {
    const auto text = shop.folder.read(kFile, Contents::Public);
    if (!text) return fail(text.error());
    if (!*text) return RevocationsHandle{};
    auto list = revocations_in(**text);
    if (!list) return fail(shop.folder.path_of(kFile) + " " + list.error());
    if (shop.authority.has_issued(**list)) return list;
    return fail(shop.folder.path_of(kFile) + " is from another authority; move it away");
}

bool is_for(const X509& certificate, const EVP_PKEY& key) {
    return EVP_PKEY_eq(X509_get0_pubkey(&certificate), &key) == 1;
}

}  // namespace

Result<bool, std::string> has_revoked_key(const Workshop& shop, const EVP_PKEY& key) {
    const auto list = list_in(shop);
    if (!list) return fail(list.error());
    if (!*list) return false;
    const auto issued = issued_by(shop);
    if (!issued) return fail(issued.error());
    return std::any_of(issued->begin(), issued->end(), [&](const CertificateHandle& one) {
        return is_for(*one, key) && has_revoked(**list, *one);
    });
}

Result<Revocation, std::string> revoke_key_of(const Workshop& shop, X509& certificate,
                                              WallTime now) {
    const auto list = list_in(shop);
    if (!list) return fail(list.error());
    auto issued = issued_by(shop);
    if (!issued) return fail(issued.error());
    const bool is_noted = std::any_of(
        issued->begin(), issued->end(),
        [&](const CertificateHandle& one) { return X509_cmp(one.get(), &certificate) == 0; });
    if (!is_noted) {
        // Somebody has moved the file away; it must be known that the key is not to be used again.
        if (auto noted = note_issued(shop, certificate); !noted) return fail(noted.error());
        X509_up_ref(&certificate);
        issued->emplace_back(&certificate);
    }
    std::vector<X509*> added;
    for (const CertificateHandle& one : *issued) {
        if (!is_for(*one, *X509_get0_pubkey(&certificate))) continue;
        if (!*list || !has_revoked(**list, *one)) added.push_back(one.get());
    }
    const auto contents = read_certificate(certificate);
    Revocation done{.list = shop.folder.path_of(kFile),
                    .common_name = contents ? contents->common_name : std::string{},
                    .count = added.size()};
    if (added.empty()) return done;
    const auto longer = revocations_with(shop.authority, list->get(), added, now);
    if (!longer) return fail(longer.error());
    auto written = shop.folder.write(kFile, to_pem(**longer), Access::Public, Owner::Folder,
                                     Existing::Replace);
    if (!written) return fail(written.error());
    return done;
}

}  // namespace kleber::certificates
