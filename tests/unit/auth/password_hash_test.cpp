#include "gateway/auth/password_hash.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "gateway/auth/base64.hpp"
#include "gateway/auth/digests.hpp"
#include "gateway/auth/new_password.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kleber::auth {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

PasswordHash parsed(const std::string& text) {
    auto hash = PasswordHash::parse(text);
    EXPECT_TRUE(hash) << text << ": " << (hash ? "" : hash.error());
    return hash ? *hash : PasswordHash::of_generated("nothing of the kind");
}

bool matches(const PasswordHash& hash, std::string_view password) {
    const auto answer = hash.matches(password);
    return answer && *answer;
}

// 16 bytes, 32 bytes.
constexpr const char* kSalt = "c29tZXNhbHRzb21lc2FsdA";
constexpr const char* kDigest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

std::string argon2id_text(const std::string& cost) {
    return "$argon2id$v=19$" + cost + '$' + kSalt + '$' + kDigest;
}

TEST(PasswordHash, of_a_chosen_password_knows_it_again) {
    const auto hash = PasswordHash::of_chosen("sésame");
    ASSERT_TRUE(hash);
    EXPECT_THAT(hash->text(), StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_TRUE(hash->is_costly());
    EXPECT_FALSE(hash->is_outdated());
    EXPECT_TRUE(matches(*hash, "sésame"));
    EXPECT_FALSE(matches(*hash, "sesame"));
    EXPECT_FALSE(matches(*hash, ""));
    const PasswordHash again = parsed(hash->text());
    EXPECT_EQ(again, *hash);
    EXPECT_TRUE(matches(again, "sésame"));
    EXPECT_FALSE(again.is_outdated());
}

TEST(PasswordHash, of_a_generated_password_knows_it_again) {
    const Secret password = make_password();
    const PasswordHash hash = PasswordHash::of_generated(password.bytes());
    EXPECT_THAT(hash.text(), StartsWith("$kleber$sha512$"));
    EXPECT_THAT(hash.text(), Not(HasSubstr(std::string{password.bytes()})));
    EXPECT_FALSE(hash.is_costly());
    EXPECT_FALSE(hash.is_outdated());
    EXPECT_TRUE(matches(hash, password.bytes()));
    EXPECT_FALSE(matches(hash, make_password().bytes()));
    EXPECT_TRUE(matches(parsed(hash.text()), password.bytes()));
    EXPECT_FALSE(PasswordHash::of_generated(password.bytes()) == hash);
}

TEST(PasswordHash, counts_every_byte_of_a_password) {
    using namespace std::string_view_literals;
    const PasswordHash hash = PasswordHash::of_generated("secret"sv);
    EXPECT_FALSE(matches(hash, "secret\0"sv));
    EXPECT_FALSE(matches(hash, "secret\n"sv));
    EXPECT_FALSE(matches(hash, "secre"sv));
    const PasswordHash empty = PasswordHash::of_generated(""sv);
    EXPECT_TRUE(matches(empty, ""sv));
    EXPECT_FALSE(matches(empty, "\0"sv));
}

// Written by mosquitto_passwd 2.0.11.
TEST(PasswordHash, knows_passwords_of_mosquitto) {
    const PasswordHash pbkdf2 = parsed(
        "$7$101$27o9qv9fUbMGnOWf$aXaH1Dbh5UnNnnmvfxqyt8aYj048+IqSRizrOrkVZ/"
        "djSJC3j/VFN+IHV5Ypk+pCbM+dwQxqA9IPe6uDj6RQkw==");
    EXPECT_TRUE(matches(pbkdf2, "secret"));
    EXPECT_FALSE(matches(pbkdf2, "Secret"));
    EXPECT_TRUE(pbkdf2.is_costly());
    EXPECT_TRUE(pbkdf2.is_outdated());
    const PasswordHash sha512 = parsed(
        "$6$pX/zygKVuHs1G+w7$HzVTgpuMIaqRRLwra3bs5Gy5dcmpOmGVP65W9PVmW53jTNDOzZePo2i8IfaAOXHPN00p"
        "Doivhmh536U6ru97Og==");
    EXPECT_TRUE(matches(sha512, "x"));
    EXPECT_FALSE(matches(sha512, ""));
    EXPECT_FALSE(sha512.is_costly());
    EXPECT_TRUE(sha512.is_outdated());
}

TEST(PasswordHash, knows_what_mosquitto_passwd_writes) {
    const support::TemporaryFolder folder;
    const std::filesystem::path file = folder.file("passwords");
    for (const char* algorithm : {"sha512", "sha512-pbkdf2"}) {
        std::ofstream{file} << "anna:w0rd of a person\nbert:\xC3\xBC\n";
        std::filesystem::permissions(
            file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        const std::string command =
            "mosquitto_passwd -H " + std::string{algorithm} + " -U " + file.string();
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
        std::ifstream lines{file};
        std::string anna;
        std::string bert;
        ASSERT_TRUE(std::getline(lines, anna) && std::getline(lines, bert));
        const PasswordHash of_anna = parsed(anna.substr(anna.find(':') + 1));
        const PasswordHash of_bert = parsed(bert.substr(bert.find(':') + 1));
        EXPECT_TRUE(matches(of_anna, "w0rd of a person")) << anna;
        EXPECT_FALSE(matches(of_anna, "\xC3\xBC")) << anna;
        EXPECT_TRUE(matches(of_bert, "\xC3\xBC")) << bert;
    }
}

// Written by `mosca adduser` of Mosca 2.8.3.
TEST(PasswordHash, knows_passwords_of_mosca) {
    const std::string salt =
        "1pTR3OBDyLu1IEt80D1l/7t0HmblH3Dpsidq/bShMr1IgfYGzSyHWAmGN3UFrqhHdbtFOxi2Ft0afweVUCbzPQ==";
    const std::string digest =
        "LfX9Wlb7PYn+HMWoIN6PIpsD5A6OzRkECMLm3oiv/mlpbgPNbybT+OsUvGvgpxwnq3OvUO1Arzmk5rNx9D0EsGFEA/"
        "OqOkARfu+LEd8u2SiH34kxyyfDuW4K02+HgL0WQHqSaOGHY7qccUfjv/laQODcnjvafEaZHbj/cFThqY8=";
    const auto hash = PasswordHash::of_mosca(salt, digest);
    ASSERT_TRUE(hash) << hash.error();
    EXPECT_EQ(hash->text(), "$pbkdf2-sha1$10000$" + salt + '$' + digest);
    EXPECT_TRUE(matches(*hash, "gr\xC3\xBCn"));
    EXPECT_FALSE(matches(*hash, "grun"));
    EXPECT_TRUE(hash->is_costly());
    EXPECT_TRUE(hash->is_outdated());
    EXPECT_EQ(parsed(hash->text()), *hash);
    EXPECT_FALSE(PasswordHash::of_mosca(salt, digest.substr(4)));
    EXPECT_FALSE(PasswordHash::of_mosca("c2FsdA==", digest));
    EXPECT_FALSE(PasswordHash::of_mosca(salt, digest + "$x"));
    EXPECT_FALSE(PasswordHash::of_mosca("", ""));
    EXPECT_FALSE(PasswordHash::parse("$pbkdf2-sha1$100001$" + salt + '$' + digest));
    EXPECT_FALSE(PasswordHash::parse("$pbkdf2-sha1$0$" + salt + '$' + digest));
}

TEST(PasswordHash, takes_no_empty_password_of_mosca) {
    const std::string salt(64, 's');
    const auto hash =
        PasswordHash::of_mosca(to_base64(salt, Padding::Equals),
                               to_base64(pbkdf2_sha1("", salt, 10'000, 128), Padding::Equals));
    ASSERT_TRUE(hash) << hash.error();
    EXPECT_FALSE(matches(*hash, ""));
}

TEST(PasswordHash, takes_other_costs_of_argon2id_and_wants_to_be_made_anew) {
    // As mosquitto 2.1 does by default, but for the sizes of salt and digest, which are free.
    const PasswordHash hash = parsed(argon2id_text("m=47104,t=1,p=1"));
    EXPECT_TRUE(hash.is_outdated());
    EXPECT_TRUE(hash.is_costly());
    EXPECT_FALSE(matches(hash, "anything"));
    // phc-winner-argon2, test.c
    EXPECT_TRUE(matches(
        parsed("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1"
               "bMCHGi/4"),
        "password"));
}

TEST(PasswordHash, refuses_what_would_take_too_much) {
    for (const char* cost : {"m=65537,t=1,p=1", "m=4194304,t=1,p=1", "m=4294967295,t=1,p=1",
                             "m=65536,t=9,p=1", "m=8,t=4294967295,p=1", "m=19456,t=2,p=9"}) {
        const auto hash = PasswordHash::parse(argon2id_text(cost));
        ASSERT_FALSE(hash) << cost;
        EXPECT_THAT(hash.error(), HasSubstr("too long")) << cost;
    }
    const auto rounds = PasswordHash::parse("$7$1000001$" + std::string{kSalt} + "==$" +
                                            std::string(86, 'A') + "==");
    ASSERT_FALSE(rounds);
    EXPECT_THAT(rounds.error(), HasSubstr("too long"));
    EXPECT_TRUE(PasswordHash::parse(argon2id_text("m=65536,t=8,p=8")));
}

TEST(PasswordHash, refuses_what_is_none) {
    const std::string good = argon2id_text("m=19456,t=2,p=1");
    EXPECT_TRUE(PasswordHash::parse(good));
    const std::string long_text(86, 'A');
    const std::string salt{kSalt};
    for (const std::string& text : {
             std::string{},
             std::string{"secret"},
             std::string{"$"},
             std::string{"$1$abc$def"},
             std::string{"$2y$10$abc"},
             std::string{"$argon2i$v=19$m=19456,t=2,p=1$"} + salt + '$' + kDigest,
             std::string{"$argon2id$v=16$m=19456,t=2,p=1$"} + salt + '$' + kDigest,
             std::string{"$argon2id$m=19456,t=2,p=1$"} + salt + '$' + kDigest,
             argon2id_text("m=0,t=2,p=1"),
             argon2id_text("m=19456,t=0,p=1"),
             argon2id_text("m=19456,t=2,p=0"),
             argon2id_text("m=15,t=2,p=2"),
             argon2id_text("m=019456,t=2,p=1"),
             argon2id_text("m=-1,t=2,p=1"),
             argon2id_text("m=4294967296,t=1,p=1"),
             argon2id_text("m=19456,t=2"),
             argon2id_text("t=2,m=19456,p=1"),
             argon2id_text("m=19456,t=2,p=1,x=1"),
             good + '$',
             good + "AB",
             good + '\n',
             good.substr(0, good.rfind('$')),
             std::string{"$argon2id$v=19$m=19456,t=2,p=1$c29tZQ$"} + kDigest,  // salt too short
             std::string{"$argon2id$v=19$m=19456,t=2,p=1$"} + salt + "$AAAA",
             std::string{"$argon2id$v=19$m=19456,t=2,p=1$"} + salt + '$' + std::string(172, 'A'),
             "$7$0$" + salt + "==$" + long_text + "==",
             "$7$$" + salt + "==$" + long_text + "==",
             "$7$101$" + salt + "$" + long_text + "==",
             "$7$101$" + salt + "==$" + long_text,
             "$7$101$" + salt + "==$" + std::string(84, 'A'),
             "$6$" + salt + "==",
             "$6$$" + long_text + "==",
             "$kleber$sha512$" + salt + "==$" + long_text + "==",
             "$kleber$sha512$" + salt,
             "$kleber$sha256$" + salt + "$" + long_text,
         }) {
        const auto hash = PasswordHash::parse(text);
        ASSERT_FALSE(hash) << text;
        // Perhaps it was a password that somebody wrote there.
        EXPECT_TRUE(text.empty() || hash.error().find(text) == std::string::npos) << text;
    }
    EXPECT_TRUE(PasswordHash::parse("$kleber$sha512$" + salt + "$" + long_text));
}

TEST(NewPassword, is_26_letters_that_never_come_again) {
    std::set<std::string> seen;
    for (int round = 0; round < 100; ++round) {
        const Secret password = make_password();
        EXPECT_EQ(password.bytes().size(), 26U);
        EXPECT_EQ(password.bytes().find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789"),
                  std::string_view::npos);
        seen.emplace(password.bytes());
    }
    EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace kleber::auth
