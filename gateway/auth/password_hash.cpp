#include "gateway/auth/password_hash.hpp"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/auth/base64.hpp"

namespace kleber::auth {

namespace {

constexpr std::string_view kArgon2id = "$argon2id$v=19$";
constexpr std::string_view kGenerated = "$kleber$sha512$";
constexpr std::string_view kPbkdf2 = "$7$";
constexpr std::string_view kMosquittoSha512 = "$6$";
constexpr std::string_view kPbkdf2Sha1 = "$pbkdf2-sha1$";
// Of every version of Mosca: what pbkdf2-password does without being told anything.
constexpr std::string_view kOfMosca = "$pbkdf2-sha1$10000$";
constexpr std::size_t kMoscaDigestBytes = 128;

// OWASP's first choice for argon2id where 46 MiB a login are too much.
constexpr Argon2Cost kCost{.memory_kib = 19 << 10, .passes = 2, .lanes = 1};
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kDigestBytes = 32;

// What a file may ask of us: mosquitto 2.1 takes 46 MiB. All passes together some seconds on a Pi.
constexpr std::uint32_t kMemoryKibMax = 64 << 10;
constexpr std::uint32_t kPassedKibMax = 512 << 10;
constexpr std::uint32_t kLanesMax = 8;
constexpr std::uint32_t kLaneKibMin = 8;
constexpr std::uint32_t kIterationsMax = 1'000'000;
constexpr std::uint32_t kSha1IterationsMax = 100'000;  // for seven parts of 20 bytes each
constexpr std::size_t kSaltBytesMin = 8;
constexpr std::size_t kBytesMax = 128;  // of a salt or a digest
constexpr std::size_t kDigestBytesMin = 16;

auto cut_short() {
    return fail(std::string{"the hash is damaged"});
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// A number as it is written by those who write hashes: no sign, no zero in front.
std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || text.front() == '0' || read.ec != std::errc{} || read.ptr != end) {
        return std::nullopt;
    }
    return value;
}

// m=19456,t=2,p=1
std::optional<Argon2Cost> cost_from(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, ',');
    if (parts.size() != 3 || !parts[0].starts_with("m=") || !parts[1].starts_with("t=") ||
        !parts[2].starts_with("p=")) {
        return std::nullopt;
    }
    const auto memory = number(parts[0].substr(2));
    const auto passes = number(parts[1].substr(2));
    const auto lanes = number(parts[2].substr(2));
    if (!memory || !passes || !lanes) return std::nullopt;
    return Argon2Cost{*memory, *passes, *lanes};
}

std::string text_of(Argon2Cost cost) {
    return "m=" + std::to_string(cost.memory_kib) + ",t=" + std::to_string(cost.passes) +
           ",p=" + std::to_string(cost.lanes);
}

std::optional<std::string> bytes_from(std::string_view text, Padding padding, std::size_t min) {
    std::optional<std::string> bytes = from_base64(text, padding);
    if (bytes && (bytes->size() < min || bytes->size() > kBytesMax)) return std::nullopt;
    return bytes;
}

}  // namespace

Result<PasswordHash, std::string> PasswordHash::parse(std::string_view text) {
    const auto parsed = [&]() -> Result<PasswordHash, std::string> {
        const auto rest_after = [&](std::string_view mark) { return text.substr(mark.size()); };
        if (text.starts_with(kArgon2id)) return parse_argon2id(rest_after(kArgon2id));
        if (text.starts_with(kGenerated)) {
            return parse_sha512(Kind::Generated, rest_after(kGenerated));
        }
        if (text.starts_with(kPbkdf2)) return parse_pbkdf2(rest_after(kPbkdf2));
        if (text.starts_with(kMosquittoSha512)) {
            return parse_sha512(Kind::MosquittoSha512, rest_after(kMosquittoSha512));
        }
        if (text.starts_with(kPbkdf2Sha1)) return parse_pbkdf2_sha1(rest_after(kPbkdf2Sha1));
        return fail(std::string{text.starts_with('$') ? "a hash of an unknown kind"
                                                      : "not a hash, but perhaps a password"});
    }();
    if (!parsed) return fail(parsed.error());
    PasswordHash hash = *parsed;
    hash.text_ = text;
    return hash;
}

// m=19456,t=2,p=1$SALT$HASH
Result<PasswordHash, std::string> PasswordHash::parse_argon2id(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, '$');
    if (parts.size() != 3) return cut_short();
    const std::optional<Argon2Cost> cost = cost_from(parts[0]);
    auto salt = bytes_from(parts[1], Padding::None, kSaltBytesMin);
    auto digest = bytes_from(parts[2], Padding::None, kDigestBytesMin);
    if (!cost || !salt || !digest) return cut_short();
    if (cost->memory_kib > kMemoryKibMax || cost->passes > kPassedKibMax / cost->memory_kib ||
        cost->lanes > kLanesMax) {
        return fail(std::string{"the hash would take too long, or more than 64 MiB"});
    }
    if (cost->memory_kib < kLaneKibMin * cost->lanes) return cut_short();
    PasswordHash hash{Kind::Argon2id, std::move(*salt), std::move(*digest)};
    hash.cost_ = *cost;
    return hash;
}

// ITERATIONS$SALT$HASH
Result<PasswordHash, std::string> PasswordHash::parse_pbkdf2(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, '$');
    if (parts.size() != 3) return cut_short();
    const std::optional<std::uint32_t> iterations = number(parts[0]);
    auto salt = bytes_from(parts[1], Padding::Equals, kSaltBytesMin);
    auto digest = bytes_from(parts[2], Padding::Equals, kSha512Bytes);
    if (!iterations || !salt || !digest || digest->size() != kSha512Bytes) return cut_short();
    if (*iterations > kIterationsMax) return fail(std::string{"the hash would take too long"});
    PasswordHash hash{Kind::Pbkdf2, std::move(*salt), std::move(*digest)};
    hash.iterations_ = *iterations;
    return hash;
}

// ITERATIONS$SALT$HASH
Result<PasswordHash, std::string> PasswordHash::parse_pbkdf2_sha1(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, '$');
    if (parts.size() != 3) return cut_short();
    const std::optional<std::uint32_t> iterations = number(parts[0]);
    auto salt = bytes_from(parts[1], Padding::Equals, kSaltBytesMin);
    auto digest = bytes_from(parts[2], Padding::Equals, kMoscaDigestBytes);
    if (!iterations || !salt || !digest) return cut_short();
    if (*iterations > kSha1IterationsMax) return fail(std::string{"the hash would take too long"});
    PasswordHash hash{Kind::Pbkdf2Sha1, std::move(*salt), std::move(*digest)};
    hash.iterations_ = *iterations;
    return hash;
}

// SALT$HASH
Result<PasswordHash, std::string> PasswordHash::parse_sha512(Kind kind, std::string_view text) {
    const std::vector<std::string_view> parts = split(text, '$');
    if (parts.size() != 2) return cut_short();
    const Padding padding = kind == Kind::Generated ? Padding::None : Padding::Equals;
    auto salt = bytes_from(parts[0], padding, kSaltBytesMin);
    auto digest = bytes_from(parts[1], padding, kSha512Bytes);
    if (!salt || !digest || digest->size() != kSha512Bytes) return cut_short();
    return PasswordHash{kind, std::move(*salt), std::move(*digest)};
}

Result<PasswordHash, std::string> PasswordHash::of_chosen(std::string_view password) {
    std::string salt = random_bytes(kSaltBytes);
    auto digest = argon2id(password, salt, kCost, kDigestBytes);
    if (!digest) return fail(digest.error());
    PasswordHash hash{Kind::Argon2id, std::move(salt), std::move(*digest)};
    hash.cost_ = kCost;
    hash.text_ = std::string{kArgon2id} + text_of(kCost) + '$' +
                 to_base64(hash.salt_, Padding::None) + '$' +
                 to_base64(hash.digest_, Padding::None);
    return hash;
}

PasswordHash PasswordHash::of_generated(std::string_view password) {
    std::string salt = random_bytes(kSaltBytes);
    std::string digest = sha512(salt, password);
    PasswordHash hash{Kind::Generated, std::move(salt), std::move(digest)};
    hash.text_ = std::string{kGenerated} + to_base64(hash.salt_, Padding::None) + '$' +
                 to_base64(hash.digest_, Padding::None);
    return hash;
}

Result<PasswordHash, std::string> PasswordHash::of_mosca(std::string_view salt,
                                                         std::string_view hash) {
    return parse(std::string{kOfMosca}.append(salt).append("$").append(hash));
}

Result<bool, std::string> PasswordHash::matches(std::string_view password) const {
    switch (kind_) {
        case Kind::Argon2id: {
            const auto digest = argon2id(password, salt_, cost_, digest_.size());
            if (!digest) return fail(digest.error());
            return is_same_digest(*digest, digest_);
        }
        case Kind::Generated:
            return is_same_digest(sha512(salt_, password), digest_);
        case Kind::Pbkdf2:
            return is_same_digest(pbkdf2_sha512(password, salt_, iterations_), digest_);
        case Kind::MosquittoSha512:
            return is_same_digest(sha512(password, salt_), digest_);
        case Kind::Pbkdf2Sha1: {
            const std::string digest = pbkdf2_sha1(password, salt_, iterations_, digest_.size());
            // Mosca lets nobody in without a password, though it can have the hash of none.
            return is_same_digest(digest, digest_) && !password.empty();
        }
    }
    return false;
}

bool PasswordHash::is_outdated() const {
    return kind_ != Kind::Generated && !(kind_ == Kind::Argon2id && cost_ == kCost);
}

}  // namespace kleber::auth
