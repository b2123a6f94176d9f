#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.hpp"

// What is done with passwords, on bytes: OpenSSL and libargon2 in our words.
namespace kleber::auth {

constexpr std::size_t kSha512Bytes = 64;

// Of both, one after the other.
std::string sha512(std::string_view first, std::string_view second);

std::string pbkdf2_sha512(std::string_view password, std::string_view salt,
                          std::uint32_t iterations);
// With a result of `size` bytes; every 20 take the same time again.
std::string pbkdf2_sha1(std::string_view password, std::string_view salt, std::uint32_t iterations,
                        std::size_t size);

struct Argon2Cost {
    std::uint32_t memory_kib = 0;  // at least 8 a lane
    std::uint32_t passes = 0;      // at least 1
    std::uint32_t lanes = 0;       // at least 1; worked on by one thread all the same

    bool operator==(const Argon2Cost&) const = default;
};

// Version 0x13; the salt has at least 8 bytes, the result, of `size` bytes, at least 4. The error
// is a sentence: there was no memory.
Result<std::string, std::string> argon2id(std::string_view password, std::string_view salt,
                                          Argon2Cost cost, std::size_t size);

std::string hmac_sha256(std::string_view key, std::string_view text);

// Takes as long for any two texts of one size.
bool is_same_digest(std::string_view one, std::string_view other);

// That nobody can guess.
std::string random_bytes(std::size_t size);

}  // namespace kleber::auth
