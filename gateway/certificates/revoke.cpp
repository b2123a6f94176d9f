#include "gateway/certificates/revoke.hpp"

#include <fcntl.h>

#include "gateway/certificates/pem.hpp"
#include "gateway/certificates/read_file.hpp"
#include "gateway/certificates/revoked_keys.hpp"
#include "gateway/certificates/workshop.hpp"

namespace kleber::certificates {

Result<Revocation, std::string> revoke(const std::string& folder, const std::string& file,
                                       WallTime now) {
    const auto text = read_file(AT_FDCWD, file, Links::Follow, Contents::Public);
    if (!text) return fail(file + " " + text.error());
    auto found = certificates_in(*text);
    if (!found) return fail(file + " " + found.error());
    const auto shop = Workshop::find(folder, now);
    if (!shop) return fail(shop.error());
    if (!shop->authority.has_issued(*found->front())) {
        return fail(file + " is not from " + shop->folder.path_of(kAuthorityFile) +
                    ", which cannot revoke it");
    }
    return revoke_key_of(*shop, *found->front(), now);
}

}  // namespace kleber::certificates
