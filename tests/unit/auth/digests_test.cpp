#include "gateway/auth/digests.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <thread>

#include "gateway/auth/base64.hpp"

namespace kleber::auth {
namespace {

std::string hex(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[byte & 0x0F];
    }
    return text;
}

TEST(Digests, are_those_of_the_standards) {
    // FIPS 180-2, appendix C
    EXPECT_EQ(hex(sha512("a", "bc")),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    // RFC 4231, case 2
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    // Of RFC 6070's kind, as Python's hashlib.pbkdf2_hmac("sha512", ...) has it
    EXPECT_EQ(hex(pbkdf2_sha512("password", "salt", 2)),
              "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c"
              "f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e");
}

// What the process has of the machine's memory.
std::uint64_t resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

TEST(Digests, argon2id_gives_its_memory_back) {
    std::thread{[] {
        const std::uint64_t before = resident_bytes();
        for (int round = 0; round < 4; ++round) {
            EXPECT_TRUE(argon2id("password", "somesalt", {19 << 10, 1, 1}, 32));
        }
        EXPECT_LT(resident_bytes(), before + (10 << 20));
    }}.join();
}

TEST(Digests, pbkdf2_sha1_is_that_of_rfc_6070) {
    EXPECT_EQ(hex(pbkdf2_sha1("password", "salt", 2, 20)),
              "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
    EXPECT_EQ(hex(pbkdf2_sha1("passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt",
                              4096, 25)),
              "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
}

TEST(Digests, argon2id_is_that_of_the_reference) {
    // phc-winner-argon2, test.c: version 0x13, 256 KiB
    const auto digest = argon2id("password", "somesalt", {256, 2, 1}, 32);
    ASSERT_TRUE(digest);
    EXPECT_EQ(hex(*digest), "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
    const auto lanes = argon2id("password", "somesalt", {256, 2, 2}, 32);
    ASSERT_TRUE(lanes);
    EXPECT_EQ(hex(*lanes), "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037");
}

TEST(Digests, compare_as_a_whole) {
    EXPECT_TRUE(is_same_digest("", ""));
    EXPECT_TRUE(is_same_digest("abc", "abc"));
    EXPECT_FALSE(is_same_digest("abc", "abd"));
    EXPECT_FALSE(is_same_digest("abc", "abcd"));
}

TEST(Digests, random_bytes_are_never_the_same) {
    EXPECT_EQ(random_bytes(16).size(), 16U);
    EXPECT_NE(random_bytes(16), random_bytes(16));
}

}  // namespace
}  // namespace kleber::auth
