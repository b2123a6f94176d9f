#include "gateway/certificates/create.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/base/utf8.hpp"
#include "gateway/certificates/authority.hpp"
#include "gateway/certificates/issued.hpp"
#include "gateway/certificates/pem.hpp"
#include "gateway/certificates/read_certificate.hpp"
#include "gateway/certificates/revoked_keys.hpp"
#include "gateway/certificates/workshop.hpp"

namespace kleber::certificates {
namespace {

constexpr std::size_t kCommonNameMax = 64;

// What there is of a pair, and what it is to become.
struct Pair {
    std::string certificate_file;
    std::string key_file;
    Owner key_owner;
    KeyChoice choice;
    CertificateHandle old = nullptr;
};

// The key that is there, or a new one, whose file is not yet written.
struct ChosenKey {
    KeyHandle key;
    bool is_new = false;
};
Result<ChosenKey, std::string> choose_key(const Workshop& shop, const Pair& pair) {
    const std::string path = shop.folder.path_of(pair.key_file);
    const bool keeps_old = pair.choice == KeyChoice::KeepOld;
    const auto text =
        shop.folder.read(pair.key_file, keeps_old ? Contents::Secret : Contents::Public);
    if (!text) return fail(text.error());
    if (*text) {
        // Even where it is to be replaced: what is no key is somebody's.
        auto old = key_in(**text);
        if (!old) return fail(path + " " + old.error());
        if (keeps_old) {
            const auto is_revoked = has_revoked_key(shop, **old);
            if (!is_revoked) return fail(is_revoked.error());
            if (*is_revoked) return fail(path + " was revoked; --new-key makes another one");
            return ChosenKey{std::move(*old), false};
        }
    }
    KeyHandle key = make_key();
    if (!key) return fail("cannot make a key; " + openssl_error());
    return ChosenKey{std::move(key), true};
}

// The key first: if nothing follows it, the next call makes a certificate for it.
Status<std::string> write_pair(const Folder& folder, const Pair& pair, const ChosenKey& chosen,
                               const X509& certificate) {
    if (chosen.is_new) {
        const auto existing =
            pair.choice == KeyChoice::MakeNew ? Existing::Replace : Existing::Keep;
        auto written = folder.write(pair.key_file, to_pem(*chosen.key), Access::Private,
                                    pair.key_owner, existing);
        if (!written) return written;
    }
    return folder.write(pair.certificate_file, to_pem(certificate), Access::Public, Owner::Folder,
                        Existing::Replace);
}

Result<Made, std::string> make(const Workshop& shop, const Pair& pair, const Wanted& wanted,
                               WallTime now) {
    const auto chosen = choose_key(shop, pair);
    if (!chosen) return fail(chosen.error());
    const auto certificate = shop.authority.issue(wanted, *chosen->key, now);
    if (!certificate) return fail(certificate.error());
    auto contents = read_certificate(**certificate);
    if (!contents) return fail("cannot read what was made for " + wanted.common_name);
    if (auto noted = note_issued(shop, **certificate); !noted) return fail(noted.error());
    std::string revocations;
    if (pair.choice == KeyChoice::MakeNew && pair.old) {
        const auto revoked = revoke_key_of(shop, *pair.old, now);
        if (!revoked) return fail(revoked.error());
        revocations = revoked->list;
    }
    if (auto written = write_pair(shop.folder, pair, *chosen, **certificate); !written) {
        return fail(written.error());
    }
    return Made{.authority = shop.folder.path_of(kAuthorityFile),
                .authority_key = shop.folder.path_of(kAuthorityKeyFile),
                .certificate = shop.folder.path_of(pair.certificate_file),
                .key = shop.folder.path_of(pair.key_file),
                .revocations = revocations,
                .is_new_authority = shop.is_new,
                .is_new_key = chosen->is_new,
                .is_renewed = pair.old != nullptr,
                .is_roots = shop.folder.is_roots(),
                .contents = std::move(*contents)};
}

Status<std::string> check_lifetime(std::chrono::days lifetime, std::chrono::days most) {
    if (lifetime >= std::chrono::days{1} && lifetime <= most) return Success{};
    return fail("it can be valid for 1 to " + std::to_string(most.count()) + " days, not for " +
                std::to_string(lifetime.count()));
}

// C0, DEL, and the C1 controls that some terminals obey. The text is UTF-8.
bool has_control(std::string_view text) {
    unsigned char last = 0;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || byte == 0x7F || (last == 0xC2 && byte < 0xA0)) return true;
        last = byte;
    }
    return false;
}

Status<std::string> check_client_name(const std::string& name) {
    if (name.empty()) return fail(std::string{"a client needs a name"});
    if (name.size() > kClientNameBytesMax) {
        return fail("a client's name has at most " + std::to_string(kClientNameBytesMax) +
                    " bytes, not " + std::to_string(name.size()));
    }
    // It becomes a file's name, and a part of topics where access is decided.
    if (!is_mqtt_utf8(name) || has_control(name) || name.starts_with('.') ||
        name.find_first_of("/+#") != std::string::npos) {
        return fail("\"" + name +
                    "\" is no name for a client: no / + # in it, no control characters, and no "
                    "dot in front");
    }
    return Success{};
}

void add_names(std::vector<SubjectName>& names, const std::vector<std::string>& more) {
    for (const std::string& text : more) {
        auto name = subject_name(text);
        if (!name || std::find(names.begin(), names.end(), *name) != names.end()) continue;
        names.push_back(std::move(*name));
    }
}

// What fits into a subject of the name, which may be four times as long.
std::string common_name_for(const SubjectName& name) {
    if (name.text.size() <= kCommonNameMax) return name.text;
    return name.text.substr(0, name.text.find('.'));
}

}  // namespace

Result<Made, std::string> create_server(const std::string& folder, const ServerWishes& wishes,
                                        WallTime now) {
    if (auto good = check_lifetime(wishes.lifetime, kServerLifetimeMax); !good) {
        return fail(good.error());
    }
    if (wishes.names.empty()) return fail(std::string{"a server needs a name"});
    const auto shop = Workshop::enter(folder, wishes.host_label, now);
    if (!shop) return fail(shop.error());
    Pair pair{"server.pem", "server.key", Owner::Folder, wishes.key};
    auto old = shop->certificate_in(pair.certificate_file);
    if (!old) return fail(old.error());
    pair.old = std::move(*old);

    Wanted wanted{.purpose = Purpose::Server,
                  .common_name = common_name_for(wishes.names.front()),
                  .names = wishes.names,
                  .valid_until = now + wishes.lifetime};
    // Somebody may still call it so: `--name` was said once, and an address may come back.
    if (pair.old && wishes.old_names == NamesChoice::KeepOld) {
        if (const auto contents = read_certificate(*pair.old)) {
            add_names(wanted.names, contents->names);
        }
    }
    if (wanted.names.size() > kNamesMax) {
        return fail("a server has at most " + std::to_string(kNamesMax) + " names, not " +
                    std::to_string(wanted.names.size()) +
                    "; --forget-names leaves out those of the old certificate");
    }
    return make(*shop, pair, wanted, now);
}

Result<Made, std::string> create_client(const std::string& folder, const ClientWishes& wishes,
                                        WallTime now) {
    if (auto good = check_client_name(wishes.name); !good) return fail(good.error());
    if (auto good = check_lifetime(wishes.lifetime, kClientLifetimeMax); !good) {
        return fail(good.error());
    }
    const auto shop = Workshop::enter(folder, wishes.host_label, now);
    if (!shop) return fail(shop.error());
    const std::string stem = "client-" + wishes.name;
    // Whoever carries it to the client reads its key, not the gateway.
    Pair pair{stem + ".pem", stem + ".key", Owner::Maker, wishes.key};
    auto old = shop->certificate_in(pair.certificate_file);
    if (!old) return fail(old.error());
    pair.old = std::move(*old);
    return make(*shop, pair,
                {.purpose = Purpose::Client,
                 .common_name = wishes.name,
                 .names = {},
                 .valid_until = now + wishes.lifetime},
                now);
}

}  // namespace kleber::certificates
