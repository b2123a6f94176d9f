#include <gmock/gmock.h>
#include <openssl/ec.h>

#include "gateway/base/iso_time.hpp"
#include "tests/unit/certificates/chain.hpp"
#include "tests/unit/certificates/workbench.hpp"

namespace kleber::certificates {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ServerTest : public Workbench {
  protected:
    std::string doubt(WallTime now, int purpose = X509_PURPOSE_SSL_SERVER) const {
        return doubt_about(contents(file("server.pem")), contents(file("ca.pem")), purpose, now);
    }
    static std::string extension(X509& certificate, int nid) {
        const int index = X509_get_ext_by_NID(&certificate, nid, -1);
        if (index < 0) return "none";
        X509_EXTENSION* found = X509_get_ext(&certificate, index);
        const BioHandle out = buffer();
        X509V3_EXT_print(out.get(), found, 0, 0);
        return (X509_EXTENSION_get_critical(found) == 1 ? "critical " : "") + taken_from(*out);
    }
};

TEST_F(ServerTest, begins_with_an_authority) {
    const Made made = make_server();
    EXPECT_TRUE(made.is_new_authority);
    EXPECT_TRUE(made.is_new_key);
    EXPECT_FALSE(made.is_renewed);
    EXPECT_EQ(made.certificate, file("server.pem"));
    EXPECT_EQ(made.key, file("server.key"));
    EXPECT_THAT(files(), ElementsAre("ca.key", "ca.pem", "issued.pem", "server.key", "server.pem"));
    EXPECT_EQ(mode_of(file("ca.key")), 0600U);
    EXPECT_EQ(mode_of(file("server.key")), 0600U);
    EXPECT_EQ(mode_of(file("ca.pem")), 0644U);

    const Certificate authority = certificate("ca.pem");
    EXPECT_EQ(authority.subject, "CN=Kleber CA pi 2026-11-20");
    EXPECT_EQ(authority.issuer, authority.subject);
    EXPECT_TRUE(authority.is_authority);
    EXPECT_EQ(iso_time(authority.valid_from), "2026-11-19T12:00:00Z");
    EXPECT_EQ(iso_time(authority.valid_until), "2036-11-19T12:00:00Z");

    const Certificate server = certificate("server.pem");
    EXPECT_EQ(server.fingerprint, made.contents.fingerprint);
    EXPECT_EQ(server.subject, "CN=pi");
    EXPECT_EQ(server.issuer, authority.subject);
    EXPECT_THAT(server.names, ElementsAre("pi", "pi.local", "localhost", "127.0.0.1"));
    EXPECT_FALSE(server.is_authority);
    EXPECT_EQ(server.valid_until, kNow + kServerLifetime);
    EXPECT_EQ(server.serial.size(), 32U) << "sixteen bytes, or seldom fewer: " << server.serial;
    EXPECT_EQ(key_beside(file("server.pem")).state, KeyBeside::State::Fits);
}

TEST_F(ServerTest, stands_up_to_strict_eyes) {
    make_server();
    EXPECT_EQ(doubt(kNow), "ok");
    EXPECT_EQ(doubt(kNow - days{1}), "ok") << "for a clock that is a day behind";
    EXPECT_EQ(doubt(kNow - days{1} - std::chrono::seconds{1}), "certificate is not yet valid");
    EXPECT_EQ(doubt(kNow + kServerLifetime - std::chrono::seconds{1}), "ok");
    EXPECT_EQ(doubt(kNow + kServerLifetime), "certificate has expired");
    EXPECT_EQ(doubt(kNow, X509_PURPOSE_SSL_CLIENT), "unsuitable certificate purpose");

    const auto server = certificates_in(contents(file("server.pem"))).value();
    const auto authority = certificates_in(contents(file("ca.pem"))).value();
    X509& leaf = *server.front();
    X509& root = *authority.front();
    EXPECT_EQ(extension(root, NID_basic_constraints), "critical CA:TRUE, pathlen:0");
    EXPECT_EQ(extension(root, NID_key_usage), "critical Certificate Sign, CRL Sign");
    EXPECT_EQ(extension(leaf, NID_basic_constraints), "critical CA:FALSE");
    EXPECT_EQ(extension(leaf, NID_key_usage), "critical Digital Signature");
    EXPECT_EQ(extension(leaf, NID_ext_key_usage), "TLS Web Server Authentication");
    EXPECT_EQ(extension(leaf, NID_authority_key_identifier),
              extension(root, NID_subject_key_identifier));
    EXPECT_EQ(X509_get_signature_nid(&leaf), NID_ecdsa_with_SHA256);
    char group[32] = {};
    EXPECT_EQ(EVP_PKEY_get_group_name(X509_get0_pubkey(&leaf), group, sizeof group, nullptr), 1);
    EXPECT_STREQ(group, "prime256v1");
    EXPECT_EQ(X509_check_host(&leaf, "PI.local", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_host(&leaf, "elsewhere", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(&leaf, "127.0.0.1", 0), 1);
}

TEST_F(ServerTest, is_never_too_long_for_a_phone) {
    ServerWishes wishes = server_wishes();
    wishes.lifetime = kServerLifetimeMax;
    const Made made = make_server(wishes);
    EXPECT_LT(made.contents.valid_until - made.contents.valid_from, days{825});
    for (const days lifetime : {days{0}, days{-1}, kServerLifetimeMax + days{1}}) {
        wishes.lifetime = lifetime;
        EXPECT_THAT(refusal(wishes), StartsWith("it can be valid for 1 to 823 days, not for "));
    }
}

TEST_F(ServerTest, is_renewed_for_the_same_key_and_all_its_names) {
    ServerWishes wishes = server_wishes();
    wishes.names.push_back(subject_name("mqtt.example.org").value());
    wishes.names.push_back(subject_name("fd00::5").value());
    const Made first = make_server(wishes);
    const std::string key = contents(file("server.key"));
    const std::string authority = contents(file("ca.pem"));
    const std::string authority_key = contents(file("ca.key"));

    const WallTime later = kNow + days{770};
    wishes.names = names({"pi", "192.168.1.6"});
    const Made second = make_server(wishes, later);
    EXPECT_TRUE(second.is_renewed);
    EXPECT_FALSE(second.is_new_authority);
    EXPECT_FALSE(second.is_new_key);
    EXPECT_EQ(contents(file("server.key")), key);
    EXPECT_EQ(contents(file("ca.pem")), authority);
    EXPECT_EQ(contents(file("ca.key")), authority_key);
    EXPECT_NE(second.contents.serial, first.contents.serial);
    EXPECT_THAT(second.contents.names, ElementsAre("pi", "192.168.1.6", "pi.local", "localhost",
                                                   "127.0.0.1", "mqtt.example.org", "fd00::5"));
    EXPECT_EQ(doubt(later + kServerLifetime - days{1}), "ok");

    wishes.old_names = NamesChoice::ForgetOld;
    wishes.key = KeyChoice::MakeNew;
    const Made third = make_server(wishes, later);
    EXPECT_TRUE(third.is_new_key);
    EXPECT_THAT(third.contents.names, ElementsAre("pi", "192.168.1.6"));
    EXPECT_NE(contents(file("server.key")), key);
    EXPECT_EQ(mode_of(file("server.key")), 0600U);
    EXPECT_EQ(key_beside(file("server.pem")).state, KeyBeside::State::Fits);
    EXPECT_THAT(files(), ElementsAre("ca.key", "ca.pem", "crl.pem", "issued.pem", "server.key",
                                     "server.pem"));
}

TEST_F(ServerTest, does_not_outlive_its_authority) {
    make_server();
    const WallTime end = certificate("ca.pem").valid_until;
    const WallTime late = end - days{100};
    EXPECT_EQ(make_server(server_wishes(), late).contents.valid_until, end);
    EXPECT_EQ(doubt(end - days{1}), "ok");
    EXPECT_THAT(refusal(server_wishes(), end), HasSubstr("ca.pem has ended on 2036-11-19"));
}

TEST_F(ServerTest, goes_on_where_a_crash_has_stopped) {
    make_server();
    std::filesystem::remove(file("server.pem"));
    put(file(".server.pem.new"), "half a certi");
    const std::string key = contents(file("server.key"));
    const Made made = make_server();
    EXPECT_FALSE(made.is_new_key);
    EXPECT_FALSE(made.is_renewed);
    EXPECT_EQ(contents(file("server.key")), key);
    EXPECT_EQ(doubt(kNow), "ok");
    // A key that does not fit, as when only the key of a new pair had been written.
    std::filesystem::copy_file(file("ca.key"), file("server.key"),
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(key_beside(file("server.pem")).state, KeyBeside::State::Differs);
    make_server();
    EXPECT_EQ(key_beside(file("server.pem")).state, KeyBeside::State::Fits);
}

TEST_F(ServerTest, replaces_nothing_that_is_not_its_own) {
    make_server();
    const auto there = [&](const std::string& name) { return contents(file(name)); };
    const std::string server = there("server.pem");

    // Somebody else's authority; the certificate is of ours.
    std::filesystem::rename(folder(), outside("first"));
    make_server();
    std::filesystem::copy_file(outside("first/server.pem"), file("server.pem"),
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_THAT(refusal(), HasSubstr("server.pem is from another authority than "));
    EXPECT_EQ(there("server.pem"), server);

    put(file("server.pem"), "my shopping list");
    EXPECT_THAT(refusal(), HasSubstr("server.pem holds no certificate"));
    EXPECT_EQ(there("server.pem"), "my shopping list");
    std::filesystem::remove(file("server.pem"));

    put(file("server.key"), "my diary");
    EXPECT_EQ(refusal(), file("server.key") +
                             " holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
    ServerWishes wishes = server_wishes();
    wishes.key = KeyChoice::MakeNew;
    EXPECT_THAT(refusal(wishes), HasSubstr("server.key holds no private key"));
    EXPECT_EQ(there("server.key"), "my diary");
    ASSERT_EQ(::chmod(file("server.key").c_str(), 0644), 0);
    EXPECT_THAT(refusal(), HasSubstr("server.key can be read or changed by others"));
    std::filesystem::remove(file("server.key"));

    std::filesystem::create_symlink(outside("first/server.key"), file("server.key"));
    EXPECT_THAT(refusal(), HasSubstr("server.key is a symbolic link"));
    EXPECT_THAT(refusal(wishes), HasSubstr("server.key is a symbolic link"));
    EXPECT_FALSE(std::filesystem::exists(file("crl.pem"))) << "nothing is revoked before";
    EXPECT_EQ(key_beside(outside("first/server.pem")).state, KeyBeside::State::Fits);
}

TEST_F(ServerTest, needs_the_whole_authority) {
    make_server();
    std::filesystem::rename(file("ca.key"), file("elsewhere"));
    EXPECT_THAT(refusal(), HasSubstr("ca.pem is there, but not its key"));
    put(file("ca.key"), contents(file("server.key")));
    ASSERT_EQ(::chmod(file("ca.key").c_str(), 0600), 0);
    EXPECT_THAT(refusal(), HasSubstr("ca.pem and the key beside it do not belong together"));
    std::filesystem::rename(file("elsewhere"), file("ca.key"));
    std::filesystem::rename(file("ca.pem"), file("elsewhere"));
    EXPECT_THAT(refusal(), HasSubstr("ca.key is there, but not its certificate"));
    std::filesystem::copy_file(file("server.pem"), file("ca.pem"));
    EXPECT_THAT(refusal(), HasSubstr("ca.pem is no authority's certificate"));
    put(file("ca.pem"), "");
    EXPECT_EQ(refusal(), file("ca.pem") + " is empty");
    ASSERT_EQ(::chmod(file("ca.key").c_str(), 0640), 0);
    EXPECT_EQ(refusal(), file("ca.pem") + " is empty") << "a group is somebody's decision";
    ASSERT_EQ(::chmod(file("ca.key").c_str(), 0644), 0);
    EXPECT_THAT(refusal(), HasSubstr("ca.key can be read or changed by others"));
}

TEST_F(ServerTest, has_names_within_reason) {
    ServerWishes wishes = server_wishes();
    wishes.names.clear();
    EXPECT_EQ(refusal(wishes), "a server needs a name");
    for (std::size_t number = 0; number <= kNamesMax; ++number) {
        wishes.names.push_back(subject_name("host" + std::to_string(number)).value());
    }
    EXPECT_THAT(refusal(wishes), StartsWith("a server has at most 100 names, not 101"));
    wishes.names.pop_back();
    EXPECT_EQ(make_server(wishes).contents.names.size(), kNamesMax);

    wishes.names = names({std::string(60, 'a') + ".example.org"});
    wishes.old_names = NamesChoice::ForgetOld;
    EXPECT_EQ(make_server(wishes).contents.common_name, std::string(60, 'a'));
    wishes.host_label = std::string(63, 'h');
    std::filesystem::remove_all(folder());
    make_server(wishes);
    EXPECT_EQ(certificate("ca.pem").common_name,
              "Kleber CA " + std::string(40, 'h') + " 2026-11-20");
}

// Years are two digits until 2049, and four afterwards.
TEST_F(ServerTest, lives_in_any_century) {
    for (const days later : {days{0}, days{365 * 20}, days{365 * 40}, days{365 * 200}}) {
        std::filesystem::remove_all(folder());
        make_server(server_wishes(), kNow + later);
        EXPECT_EQ(certificate("server.pem").valid_until, kNow + later + kServerLifetime);
        EXPECT_EQ(certificate("ca.pem").valid_from, kNow + later - days{1});
    }
}

}  // namespace
}  // namespace kleber::certificates
