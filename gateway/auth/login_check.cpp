#include "gateway/auth/login_check.hpp"

#include <openssl/crypto.h>

#include <utility>

#include "gateway/text/characters.hpp"

namespace kleber::auth {

namespace {

constexpr std::size_t kKeyBytes = 32;

// Of no password: what is tried with it takes as long as with a user's.
const PasswordHash& nobodys_hash() {
    static const PasswordHash hash = *PasswordHash::parse(
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    return hash;
}

// A command that somebody may copy into a shell names only users whose names mean nothing there.
std::string command(std::string_view verb, std::string_view user) {
    constexpr std::string_view kHarmless =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
    const bool is_harmless = !user.empty() && !user.starts_with('-') &&
                             user.find_first_not_of(kHarmless) == std::string_view::npos;
    return "kleber user " + std::string{verb} + ' ' +
           (is_harmless ? text::excerpt(user) : std::string{"NAME"});
}

port::Verdict accepted(const std::string& user) {
    return {.reason = ReasonCode::Success, .user = user};
}

port::Verdict refused(std::string detail) {
    return {.reason = ReasonCode::BadUserNameOrPassword, .user = {}, .detail = std::move(detail)};
}

port::Verdict unknown_user(const std::string& user) {
    if (user.empty()) return refused("a password, but no user name");
    return refused("no user " + text::excerpt(user) + "; " + command("add", user) + " makes one");
}

port::Verdict wrong_password(const port::Credentials& credentials) {
    const std::string_view what = credentials.password.empty() ? "no" : "wrong";
    return refused(std::string{what} + " password of " + text::excerpt(credentials.user) + "; " +
                   command("passwd", credentials.user) + " sets another");
}

port::Verdict busy(std::string detail) {
    return {.reason = ReasonCode::ServerBusy, .user = {}, .detail = std::move(detail)};
}

}  // namespace

LoginCheck::LoginCheck() : key_(random_bytes(kKeyBytes)) {}

std::vector<std::string> LoginCheck::set_users(std::optional<Users> users) {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> gone;
    if (users_) {
        for (const User& user : users_->all()) {
            const User* now = users ? users->find(user.name) : nullptr;
            if (!now) gone.push_back(user.name);
            if (!now || !(now->password == user.password)) seen_.erase(user.name);
        }
    }
    users_ = std::move(users);
    return gone;
}

std::optional<Users> LoginCheck::users() const {
    const std::lock_guard lock{mutex_};
    return users_;
}

bool LoginCheck::is_user(std::string_view name) const {
    const std::lock_guard lock{mutex_};
    return users_ && users_->find(name);
}

std::optional<port::Verdict> LoginCheck::check_at_once(const port::Credentials& credentials) {
    const Found found = look_up(credentials.user);
    if (!found.has_users) return port::Verdict{};
    if (!found.password) return std::nullopt;
    if (!found.seen.empty() &&
        is_same_digest(digest_of(credentials, *found.password), found.seen)) {
        return accepted(credentials.user);
    }
    // An outdated hash is replaced, and making a new one takes time.
    if (found.password->is_costly() || found.password->is_outdated()) return std::nullopt;
    const auto matches = found.password->matches(credentials.password.bytes());
    if (matches && *matches) return accepted(credentials.user);
    return std::nullopt;
}

LoginCheck::Checked LoginCheck::check(const port::Credentials& credentials) {
    const Found found = look_up(credentials.user);
    if (!found.has_users) return {};
    const bool is_known = found.password.has_value();
    const PasswordHash& password = is_known ? *found.password : nobodys_hash();
    const auto matches = password.matches(credentials.password.bytes());
    if (!matches) return {.verdict = busy(matches.error())};
    if (!is_known) return {.verdict = unknown_user(credentials.user)};
    if (!*matches) {
        // So that time does not tell whose passwords are costly, and that there is such a user:
        // what mosquitto writes may take a hundredth of ours, though it is no quick hash.
        if (!password.is_costly() || password.is_outdated()) {
            [[maybe_unused]] const auto time = nobodys_hash().matches({});
        }
        return {.verdict = wrong_password(credentials)};
    }
    if (!remember(credentials, password)) return {.verdict = busy("the user was just changed")};
    Checked checked{.verdict = accepted(credentials.user)};
    if (password.is_outdated()) checked.outdated = password;
    return checked;
}

LoginCheck::Found LoginCheck::look_up(const std::string& user) const {
    const std::lock_guard lock{mutex_};
    Found found{.has_users = users_.has_value()};
    if (!users_) return found;
    if (const User* known = users_->find(user)) found.password = known->password;
    if (const auto seen = seen_.find(user); seen != seen_.end()) found.seen = seen->second;
    return found;
}

std::string LoginCheck::digest_of(const port::Credentials& credentials,
                                  const PasswordHash& password) const {
    // A name has no NUL, nor has a hash.
    std::string text = credentials.user + '\0' + password.text() + '\0';
    // One allocation, which is wiped: growing would leave a copy.
    text.reserve(text.size() + credentials.password.bytes().size());
    text += credentials.password.bytes();
    std::string digest = hmac_sha256(key_, text);
    OPENSSL_cleanse(text.data(), text.size());
    return digest;
}

bool LoginCheck::remember(const port::Credentials& credentials, const PasswordHash& password) {
    std::string digest = digest_of(credentials, password);
    const std::lock_guard lock{mutex_};
    const User* user = users_ ? users_->find(credentials.user) : nullptr;
    if (!user || !(user->password == password)) return false;
    seen_.insert_or_assign(credentials.user, std::move(digest));
    return true;
}

}  // namespace kleber::auth
