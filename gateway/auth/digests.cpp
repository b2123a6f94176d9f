#include "gateway/auth/digests.hpp"

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/mman.h>

#include <memory>

#include "gateway/base/assert.hpp"

namespace kleber::auth {

namespace {

constexpr std::size_t kSha256Bytes = 32;

const unsigned char* data_of(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* data_of(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

// Megabytes of the heap would stay with the thread that has used them, and glibc would from then on
// keep all other blocks of that size, too.
int allocate_pages(std::uint8_t** memory, std::size_t size) {
    void* const pages =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return ARGON2_MEMORY_ALLOCATION_ERROR;
    // Of 4 KiB each they would cost a third of the hash's own time; where there are no larger ones,
    // they do.
    ::madvise(pages, size, MADV_HUGEPAGE);
    *memory = static_cast<std::uint8_t*>(pages);
    return ARGON2_OK;
}

// libargon2 has wiped them.
void free_pages(std::uint8_t* memory, std::size_t size) {
    ::munmap(memory, size);
}

std::string pbkdf2(const EVP_MD* hash, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t size) {
    std::string digest(size, '\0');
    const int done =
        PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), data_of(salt),
                          static_cast<int>(salt.size()), static_cast<int>(iterations), hash,
                          static_cast<int>(digest.size()), data_of(digest));
    KLEBER_ASSERT(done == 1);
    return digest;
}

}  // namespace

std::string sha512(std::string_view first, std::string_view second) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free};
    std::string digest(kSha512Bytes, '\0');
    const bool is_done = context && EVP_DigestInit_ex(context.get(), EVP_sha512(), nullptr) == 1 &&
                         EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                         EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                         EVP_DigestFinal_ex(context.get(), data_of(digest), nullptr) == 1;
    KLEBER_ASSERT(is_done);
    return digest;
}

std::string pbkdf2_sha512(std::string_view password, std::string_view salt,
                          std::uint32_t iterations) {
    return pbkdf2(EVP_sha512(), password, salt, iterations, kSha512Bytes);
}

std::string pbkdf2_sha1(std::string_view password, std::string_view salt, std::uint32_t iterations,
                        std::size_t size) {
    return pbkdf2(EVP_sha1(), password, salt, iterations, size);
}

Result<std::string, std::string> argon2id(std::string_view password, std::string_view salt,
                                          Argon2Cost cost, std::size_t size) {
    std::string digest(size, '\0');
    argon2_context context{};
    context.out = data_of(digest);
    context.outlen = static_cast<std::uint32_t>(digest.size());
    // Neither is written to: no flag asks for that.
    context.pwd = const_cast<std::uint8_t*>(data_of(password));
    context.pwdlen = static_cast<std::uint32_t>(password.size());
    context.salt = const_cast<std::uint8_t*>(data_of(salt));
    context.saltlen = static_cast<std::uint32_t>(salt.size());
    context.t_cost = cost.passes;
    context.m_cost = cost.memory_kib;
    context.lanes = cost.lanes;
    context.threads = 1;
    context.version = ARGON2_VERSION_13;
    context.allocate_cbk = allocate_pages;
    context.free_cbk = free_pages;
    const int error = argon2id_ctx(&context);
    if (error == ARGON2_MEMORY_ALLOCATION_ERROR) {
        return fail(std::string{"there is no memory to check a password"});
    }
    KLEBER_ASSERT(error == ARGON2_OK);
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string digest(kSha256Bytes, '\0');
    const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                     data_of(text), text.size(), data_of(digest), nullptr);
    KLEBER_ASSERT(done != nullptr);
    return digest;
}

bool is_same_digest(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string random_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    const int done = RAND_bytes(data_of(bytes), static_cast<int>(size));
    KLEBER_ASSERT(done == 1);
    return bytes;
}

}  // namespace kleber::auth
