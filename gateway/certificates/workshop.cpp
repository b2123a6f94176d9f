#include "gateway/certificates/workshop.hpp"

#include <utility>

#include "gateway/base/iso_time.hpp"
#include "gateway/certificates/pem.hpp"

namespace kleber::certificates {
namespace {

// None if neither its certificate nor its key is there.
Result<std::optional<Authority>, std::string> authority_in(const Folder& folder, WallTime now) {
    const std::string path = folder.path_of(kAuthorityFile);
    const std::string key_path = folder.path_of(kAuthorityKeyFile);
    const bool has_certificate = folder.has(kAuthorityFile);
    const bool has_key = folder.has(kAuthorityKeyFile);
    if (!has_certificate && !has_key) return std::optional<Authority>{};
    if (!has_key) {
        return fail(path + " is there, but not its key, " + key_path +
                    ": put it back, or begin with a new authority in another folder");
    }
    if (!has_certificate) {
        return fail(key_path + " is there, but not its certificate, " + path +
                    ": put it back, or begin with a new authority in another folder");
    }
    const auto text = folder.read(kAuthorityFile, Contents::Public);
    if (!text) return fail(text.error());
    const auto key_text = folder.read(kAuthorityKeyFile, Contents::Secret);
    if (!key_text) return fail(key_text.error());
    auto certificates = certificates_in(text->value_or(""));
    if (!certificates) return fail(path + " " + certificates.error());
    auto key = key_in(key_text->value_or(""));
    if (!key) return fail(key_path + " " + key.error());
    auto authority = Authority::adopt(std::move(certificates->front()), std::move(*key));
    if (!authority) return fail(path + " " + authority.error());
    if (authority->valid_until() <= now) {
        return fail(path + " has ended on " + iso_time(authority->valid_until()).substr(0, 10) +
                    ": begin with a new authority in another folder, and give its ca.pem to all");
    }
    return std::optional<Authority>{std::move(*authority)};
}

}  // namespace

Result<Workshop, std::string> Workshop::enter(const std::string& path, std::string_view host_label,
                                              WallTime now) {
    auto folder = Folder::open(path, Missing::Make);
    if (!folder) return fail(folder.error());
    auto found = authority_in(*folder, now);
    if (!found) return fail(found.error());
    if (*found) return Workshop{std::move(*folder), std::move(**found), false};

    auto made = Authority::create(host_label, now);
    if (!made) return fail(made.error());
    // The key stays with who makes it: a gateway that somebody has broken into must not make
    // certificates. It comes first, since a certificate without its key is of no use.
    if (auto written = folder->write(kAuthorityKeyFile, to_pem(made->key()), Access::Private,
                                     Owner::Maker, Existing::Keep);
        !written) {
        return fail(written.error());
    }
    if (auto written = folder->write(kAuthorityFile, to_pem(made->certificate()), Access::Public,
                                     Owner::Folder, Existing::Keep);
        !written) {
        return fail(written.error());
    }
    return Workshop{std::move(*folder), std::move(*made), true};
}

Result<Workshop, std::string> Workshop::find(const std::string& path, WallTime now) {
    auto folder = Folder::open(path, Missing::Refuse);
    if (!folder) return fail(folder.error());
    auto found = authority_in(*folder, now);
    if (!found) return fail(found.error());
    if (!*found) {
        return fail("there is no authority in " + path + "; `kleber cert create` makes one");
    }
    return Workshop{std::move(*folder), std::move(**found), false};
}

Result<CertificateHandle, std::string> Workshop::certificate_in(const std::string& name) const {
    const auto text = folder.read(name, Contents::Public);
    if (!text) return fail(text.error());
    if (!*text) return CertificateHandle{};
    auto found = certificates_in(**text);
    if (!found) return fail(folder.path_of(name) + " " + found.error());
    if (authority.has_issued(*found->front())) return std::move(found->front());
    return fail(folder.path_of(name) + " is from another authority than " +
                folder.path_of(kAuthorityFile) + "; move it away, or take another folder");
}

}  // namespace kleber::certificates
