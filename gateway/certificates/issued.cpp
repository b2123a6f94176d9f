#include "gateway/certificates/issued.hpp"

#include "gateway/certificates/pem.hpp"

namespace kleber::certificates {
namespace {

constexpr const char* kFile = "issued.pem";

}  // namespace

Result<std::vector<CertificateHandle>, std::string> issued_by(const Workshop& shop) {
    const auto text = shop.folder.read(kFile, Contents::Public);
    if (!text) return fail(text.error());
    if (!*text) return std::vector<CertificateHandle>{};
    auto found = certificates_in(**text);
    if (!found) return fail(shop.folder.path_of(kFile) + " " + found.error());
    return found;
}

Status<std::string> note_issued(const Workshop& shop, const X509& certificate) {
    const auto text = shop.folder.read(kFile, Contents::Public);
    if (!text) return fail(text.error());
    const std::string longer = text->value_or("") + to_pem(certificate);
    if (longer.size() > kFileBytesMax) {
        return fail(shop.folder.path_of(kFile) +
                    " is full; begin with a new authority in another folder");
    }
    return shop.folder.write(kFile, longer, Access::Private, Owner::Maker, Existing::Replace);
}

}  // namespace kleber::certificates
