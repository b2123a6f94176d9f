#include "gateway/certificates/inspect.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "gateway/certificates/draft.hpp"
#include "gateway/certificates/pem.hpp"
#include "gateway/certificates/read_certificate.hpp"
#include "tests/unit/certificates/workbench.hpp"

namespace kleber::certificates {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

class InspectTest : public Workbench {
  protected:
    std::string refusal_of(const std::string& contents) const {
        const std::string path = outside("file.pem");
        put(path, contents);
        const auto found = inspect(path);
        if (found) return "inspected";
        EXPECT_TRUE(found.error().starts_with(path + " ")) << found.error();
        return found.error().substr(path.size() + 1);
    }
};

TEST_F(InspectTest, finds_all_in_a_bundle) {
    make_server();
    put(outside("bundle.pem"), "# ours\n" + contents(file("server.pem")) +
                                   contents(file("server.key")) + "# theirs\n" +
                                   contents(file("ca.pem")));
    const auto found = inspect(outside("bundle.pem"));
    ASSERT_TRUE(found) << found.error();
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->front().fingerprint, certificate("server.pem").fingerprint);
    EXPECT_EQ(found->back().fingerprint, certificate("ca.pem").fingerprint);
    EXPECT_EQ(found->front().fingerprint.size(), 32U * 3 - 1);
    std::filesystem::create_symlink(outside("bundle.pem"), outside("link.pem"));
    EXPECT_TRUE(inspect(outside("link.pem"))) << "Let's Encrypt has links";
}

TEST_F(InspectTest, says_what_a_file_is_instead) {
    make_server();
    const std::string server = contents(file("server.pem"));
    const std::string key = contents(file("server.key"));
    EXPECT_EQ(refusal_of(""), "is empty");
    EXPECT_EQ(refusal_of(key), "holds a private key, but no certificate");
    EXPECT_EQ(refusal_of("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"
                         "-----END CERTIFICATE REQUEST-----\n"),
              "holds a request for a certificate, not the certificate");
    EXPECT_EQ(refusal_of("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"),
              "holds a list of revoked certificates, but no certificate");
    const std::string nothing = "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
    EXPECT_EQ(refusal_of("hello"), nothing);
    EXPECT_EQ(refusal_of(std::string(1000, '\0')), nothing);
    EXPECT_EQ(refusal_of("\x30\x82\xFF\xFF rest"), nothing);
    EXPECT_EQ(refusal_of(std::string(1 << 20, '-')), nothing);
    EXPECT_EQ(refusal_of(std::string((1 << 20) + 1, '-')),
              "has more than 1 MiB: no certificate has");

    const auto certificates = certificates_in(server).value();
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificates.front().get(), &bytes);
    const std::string binary{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    EXPECT_THAT(refusal_of(binary), HasSubstr("is in binary form (DER); for PEM"));

    const std::string damaged = "is damaged: certificate 1 in it cannot be read";
    EXPECT_EQ(refusal_of(server.substr(0, server.size() / 2)), damaged);
    EXPECT_EQ(refusal_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
              damaged);
    EXPECT_EQ(refusal_of(server + server.substr(0, 100)),
              "is damaged: certificate 2 in it cannot be read");
}

TEST_F(InspectTest, waits_for_nobody) {
    const std::string name = outside("pipe.pem");
    ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
    EXPECT_EQ(inspect(name).error(), name + " is not a file");
    EXPECT_EQ(inspect("/dev/zero").error(), "/dev/zero is not a file");
    EXPECT_EQ(inspect(outside("")).error(), outside("") + " is a folder");
    EXPECT_EQ(inspect(outside("no")).error(),
              outside("no") + " cannot be read: No such file or directory");
    put(outside("large"), "");
    ASSERT_EQ(::truncate(outside("large").c_str(), 1 << 30), 0);
    EXPECT_THAT(inspect(outside("large")).error(), HasSubstr("has more than 1 MiB"));
}

TEST_F(InspectTest, survives_any_byte_that_is_wrong) {
    make_server();
    const std::string good = contents(file("server.pem"));
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = bad[at] == 'A' ? 'B' : 'A';
        const auto found = certificates_in(bad);
        if (found) {
            EXPECT_EQ(found->size(), 1U);
            read_certificate(*found->front());
        }
        const auto cut = certificates_in(std::string_view{good}.substr(0, at));
        EXPECT_TRUE(!cut || at + 1 == good.size()) << at;
    }
}

TEST_F(InspectTest, hands_on_names_as_they_are) {
    const KeyHandle key = make_key();
    Draft draft{*key};
    draft.set_subject("a\nb\x1B[31m, CN=c");
    draft.set_validity(kNow, kNow + days{1});
    draft.add_extension(NID_subject_alt_name,
                        "DNS:*.home,IP:10.0.0.1,IP:fd00::1,email:anna@home,URI:mqtt://home,"
                        "RID:1.2.3.4,DNS:a\x1Bz");
    put(outside("file.pem"), to_pem(*draft.self_signed(*key)));
    const auto found = inspect(outside("file.pem"));
    ASSERT_TRUE(found) << found.error();
    EXPECT_EQ(found->front().subject, "CN=a\\0Ab\\1B[31m\\, CN=c");
    EXPECT_EQ(found->front().common_name, "a\nb\x1B[31m, CN=c");
    EXPECT_THAT(found->front().names,
                ElementsAre("*.home", "10.0.0.1", "fd00::1", "email:anna@home", "URI:mqtt://home",
                            "other", "a\x1Bz"));
}

TEST(Drafts, come_to_nothing_after_a_failure) {
    const KeyHandle key = make_key();
    Draft nameless{*key};
    nameless.set_subject(std::string(65, 'x'));
    nameless.set_validity(kNow, kNow + days{1});
    EXPECT_FALSE(nameless.self_signed(*key));
    Draft twice{*key};
    twice.set_subject("x");
    twice.set_validity(kNow, kNow + days{1});
    twice.set_names({{SubjectName::Kind::Dns, "x"}});
    twice.set_names({{SubjectName::Kind::Dns, "y"}});
    EXPECT_FALSE(twice.self_signed(*key));
    EXPECT_THAT(openssl_error(), HasSubstr("OpenSSL says: "));
}

TEST_F(InspectTest, looks_for_the_key_beside) {
    using State = KeyBeside::State;
    make_server();
    EXPECT_EQ(key_beside(file("server.pem")).file, file("server.key"));
    EXPECT_EQ(key_beside(file("server.key")).state, State::None);
    std::filesystem::copy_file(file("server.pem"), file("other.pem"));
    EXPECT_EQ(key_beside(file("other.pem")).state, State::None);
    std::filesystem::copy_file(file("ca.key"), file("other.key"));
    EXPECT_EQ(key_beside(file("other.pem")).state, State::Differs);
    ASSERT_EQ(::chmod(file("other.key").c_str(), 0644), 0);
    KeyBeside key = key_beside(file("other.pem"));
    EXPECT_EQ(key.state, State::Unusable);
    EXPECT_THAT(key.why, HasSubstr("can be read or changed by others"));
    put(file("other.key"), "");
    ASSERT_EQ(::chmod(file("other.key").c_str(), 0600), 0);
    key = key_beside(file("other.pem"));
    EXPECT_EQ(key.file + " " + key.why, file("other.key") + " is empty");
    // Encrypted ones: nobody is asked for a passphrase.
    put(file("other.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    EXPECT_THAT(key_beside(file("other.pem")).why, HasSubstr("has a passphrase"));
    // A name without a dot, in a folder with one.
    std::filesystem::copy_file(file("server.pem"), file("plain"));
    std::filesystem::copy_file(file("server.key"), file("plain.key"));
    EXPECT_EQ(key_beside(file("plain")).state, State::Fits);
}

TEST(CertificateStanding, is_counted_from_a_given_instant) {
    Certificate certificate;
    certificate.valid_from = kNow;
    certificate.valid_until = kNow + days{100};
    EXPECT_EQ(standing(certificate, kNow - seconds{1}), Standing::NotYet);
    EXPECT_EQ(standing(certificate, kNow), Standing::Valid);
    EXPECT_EQ(standing(certificate, kNow + days{70}), Standing::Valid);
    EXPECT_EQ(standing(certificate, kNow + days{70} + seconds{1}), Standing::EndsSoon);
    EXPECT_EQ(standing(certificate, kNow + days{100} - seconds{1}), Standing::EndsSoon);
    EXPECT_EQ(standing(certificate, kNow + days{100}), Standing::Ended);
    EXPECT_EQ(days_left(certificate, kNow + seconds{1}), days{99});
    EXPECT_EQ(days_left(certificate, kNow + days{100} + seconds{1}), days{-1});
}

}  // namespace
}  // namespace kleber::certificates
