#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/auth/digests.hpp"
#include "gateway/base/result.hpp"

namespace kleber::auth {

// What is kept of a password: enough to know it again, and no more. Does not change.
//
//     $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH    one that a person chose
//     $kleber$sha512$SALT$HASH                    one that make_password() made
//     $6$SALT$HASH, $7$ITERATIONS$SALT$HASH       of mosquitto_passwd; so are further costs of
//     argon2id
//     $pbkdf2-sha1$ITERATIONS$SALT$HASH           of Mosca's credentials.json, with 10000
//
// SHA-512 takes no time, and need not: nobody guesses 128 random bits. So a thousand devices that
// come at once are let in at once.
class PasswordHash {
  public:
    // Refuses what would take more than 64 MiB or a few seconds on a Pi. The error says what is
    // wrong, without the text.
    static Result<PasswordHash, std::string> parse(std::string_view text);

    // Takes 19 MiB and some tens of milliseconds. The error is a sentence: there was no memory.
    static Result<PasswordHash, std::string> of_chosen(std::string_view password);
    // For those of make_password() alone.
    static PasswordHash of_generated(std::string_view password);
    // Of what Mosca keeps, which is both in base64. The error is as parse()'s.
    static Result<PasswordHash, std::string> of_mosca(std::string_view salt, std::string_view hash);

    // As long for a wrong password as for the right one. The error is a sentence: it could not be
    // found out.
    Result<bool, std::string> matches(std::string_view password) const;
    // matches() takes milliseconds, or memory: nothing for a lane's thread.
    bool is_costly() const {
        return kind_ == Kind::Argon2id || kind_ == Kind::Pbkdf2 || kind_ == Kind::Pbkdf2Sha1;
    }
    // Not one of the two that are made here: to be replaced when its password comes by.
    bool is_outdated() const;

    const std::string& text() const { return text_; }
    bool operator==(const PasswordHash& other) const { return text_ == other.text_; }

  private:
    enum class Kind : std::uint8_t { Argon2id, Generated, Pbkdf2, MosquittoSha512, Pbkdf2Sha1 };

    PasswordHash(Kind kind, std::string salt, std::string digest)
        : kind_(kind), salt_(std::move(salt)), digest_(std::move(digest)) {}

    static Result<PasswordHash, std::string> parse_argon2id(std::string_view text);
    static Result<PasswordHash, std::string> parse_pbkdf2(std::string_view text);
    static Result<PasswordHash, std::string> parse_pbkdf2_sha1(std::string_view text);
    static Result<PasswordHash, std::string> parse_sha512(Kind kind, std::string_view text);

    Kind kind_;
    Argon2Cost cost_{};             // of Argon2id
    std::uint32_t iterations_ = 0;  // of Pbkdf2 and Pbkdf2Sha1
    std::string salt_;
    std::string digest_;
    std::string text_;
};

}  // namespace kleber::auth
