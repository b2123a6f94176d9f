#include "gateway/certificates/revoke.hpp"

#include <gmock/gmock.h>

#include "gateway/certificates/pem.hpp"
#include "tests/unit/certificates/chain.hpp"
#include "tests/unit/certificates/workbench.hpp"

namespace kleber::certificates {
namespace {

using std::chrono::days;
using testing::HasSubstr;

constexpr const char* kRevoked = "certificate revoked";

class RevokeTest : public Workbench {
  protected:
    RevokeTest() { make_client("anna"); }

    std::string doubt(const std::string& certificate, WallTime now = kNow) const {
        return doubt_about(certificate, contents(file("ca.pem")), X509_PURPOSE_SSL_CLIENT, now,
                           contents(file("crl.pem")));
    }
    std::string doubt_of(const std::string& name, WallTime now = kNow) const {
        return doubt(contents(file(name)), now);
    }
    Revocation revoke_file(const std::string& name, WallTime now = kNow) const {
        return revoke(folder(), file(name), now).value();
    }
    std::string refusal_of(const std::string& path) const {
        const auto done = revoke(folder(), path, kNow);
        return done ? "revoked" : done.error();
    }
    long list_number() const {
        const auto list = revocations_in(contents(file("crl.pem"))).value();
        const IntegerHandle number{static_cast<ASN1_INTEGER*>(
            X509_CRL_get_ext_d2i(list.get(), NID_crl_number, nullptr, nullptr))};
        return ASN1_INTEGER_get(number.get());
    }
};

TEST_F(RevokeTest, makes_a_list_that_lasts) {
    make_client("bert");
    const Revocation done = revoke_file("client-anna.pem");
    EXPECT_EQ(done.list, file("crl.pem"));
    EXPECT_EQ(done.common_name, "anna");
    EXPECT_EQ(done.count, 1U);
    EXPECT_EQ(mode_of(file("crl.pem")), 0644U);
    EXPECT_EQ(doubt_of("client-anna.pem"), kRevoked);
    EXPECT_EQ(doubt_of("client-bert.pem"), "ok");
    // For a clock that is behind, and for as long as there is anything to refuse.
    EXPECT_EQ(doubt_of("client-bert.pem", kNow - days{1}), "ok");
    const WallTime end = certificate("ca.pem").valid_until;
    EXPECT_EQ(doubt_of("client-bert.pem", end - days{1}), "ok");
    EXPECT_EQ(doubt_of("client-anna.pem", end - days{1}), kRevoked);
}

TEST_F(RevokeTest, adds_to_the_list) {
    make_client("bert");
    make_client("carl");
    revoke_file("client-anna.pem");
    EXPECT_EQ(list_number(), 1);
    revoke_file("client-bert.pem", kNow + days{1});
    EXPECT_EQ(list_number(), 2);
    EXPECT_EQ(revoke_file("client-anna.pem").count, 0U);
    EXPECT_EQ(list_number(), 2);
    EXPECT_EQ(doubt_of("client-anna.pem"), kRevoked);
    EXPECT_EQ(doubt_of("client-bert.pem"), kRevoked);
    EXPECT_EQ(doubt_of("client-carl.pem"), "ok");
}

TEST_F(RevokeTest, finds_all_that_were_made_for_the_key) {
    const std::string first = contents(file("client-anna.pem"));
    make_client("anna");
    const std::string second = contents(file("client-anna.pem"));
    make_client("anna");
    EXPECT_EQ(revoke_file("client-anna.pem").count, 3U);
    EXPECT_EQ(doubt(first), kRevoked);
    EXPECT_EQ(doubt(second), kRevoked);
    EXPECT_EQ(doubt_of("client-anna.pem"), kRevoked);

    const auto again = create_client(folder(), client_wishes("anna"), kNow);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(), file("client-anna.key") + " was revoked; --new-key makes another one");
}

TEST_F(RevokeTest, happens_with_a_new_key) {
    const std::string first = contents(file("client-anna.pem"));
    ClientWishes wishes = client_wishes("anna");
    wishes.key = KeyChoice::MakeNew;
    const auto made = create_client(folder(), wishes, kNow);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->revocations, file("crl.pem"));
    EXPECT_EQ(doubt(first), kRevoked);
    EXPECT_EQ(doubt_of("client-anna.pem"), "ok");
    EXPECT_EQ(key_beside(file("client-anna.pem")).state, KeyBeside::State::Fits);
    EXPECT_TRUE(create_client(folder(), client_wishes("anna"), kNow));
    EXPECT_EQ(doubt_of("client-anna.pem"), "ok");
}

TEST_F(RevokeTest, remembers_what_came_from_elsewhere) {
    const std::string there = outside("anna.pem");
    std::filesystem::rename(file("client-anna.pem"), there);
    std::filesystem::remove(file("issued.pem"));
    EXPECT_EQ(revoke(folder(), there, kNow).value().count, 1U);
    EXPECT_EQ(doubt(contents(there)), kRevoked);
    EXPECT_FALSE(create_client(folder(), client_wishes("anna"), kNow)) << "for a revoked key";
}

TEST_F(RevokeTest, refuses_what_is_not_its_own) {
    const std::string other = outside("other");
    ASSERT_TRUE(create_client(other, client_wishes("anna"), kNow));
    EXPECT_THAT(refusal_of(other + "/client-anna.pem"), HasSubstr("is not from "));
    EXPECT_THAT(refusal_of(other + "/client-anna.key"), HasSubstr("holds a private key"));
    EXPECT_THAT(refusal_of(other + "/no"), HasSubstr("No such file"));
    EXPECT_THAT(revoke(outside("missing"), file("client-anna.pem"), kNow).error(),
                HasSubstr("cannot open the folder " + outside("missing")));
    EXPECT_FALSE(std::filesystem::exists(outside("missing")));
    std::filesystem::create_directory(outside("empty"));
    EXPECT_EQ(revoke(outside("empty"), file("client-anna.pem"), kNow).error(),
              "there is no authority in " + outside("empty") + "; `kleber cert create` makes one");

    ASSERT_TRUE(revoke(other, other + "/client-anna.pem", kNow));
    std::filesystem::copy_file(other + "/crl.pem", file("crl.pem"));
    EXPECT_THAT(refusal_of(file("client-anna.pem")), HasSubstr("is from another authority"));
    put(file("crl.pem"), "nothing");
    EXPECT_THAT(refusal_of(file("client-anna.pem")),
                HasSubstr("crl.pem holds no list of revoked certificates"));
    EXPECT_EQ(contents(file("crl.pem")), "nothing");
}

}  // namespace
}  // namespace kleber::certificates
