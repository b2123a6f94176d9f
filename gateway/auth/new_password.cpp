#include "gateway/auth/new_password.hpp"

#include <openssl/crypto.h>

#include <string>
#include <string_view>

#include "gateway/auth/digests.hpp"

namespace kleber::auth {

namespace {

// 32 of them, five bits each, without those that look like another: 0 and o, 1 and l.
constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(kLetters.size() == 32);
constexpr std::size_t kPasswordLetters = 26;

}  // namespace

Secret make_password() {
    std::string text = random_bytes(kPasswordLetters);
    for (char& letter : text) letter = kLetters[static_cast<unsigned char>(letter) % 32];
    Secret password{text};
    OPENSSL_cleanse(text.data(), text.size());
    return password;
}

}  // namespace kleber::auth
