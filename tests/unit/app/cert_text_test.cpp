#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/app/cert_made_text.hpp"
#include "gateway/app/cert_show_text.hpp"
#include "gateway/app/moment.hpp"

namespace kleber::app {
namespace {

using certificates::KeyBeside;
using certificates::Made;
using std::chrono::days;
using testing::HasSubstr;
using testing::Not;

constexpr WallTime kNow{days{20'777}};

certificates::Certificate certificate() {
    return {.subject = "CN=pi",
            .issuer = "CN=Kleber CA pi 2026-11-20",
            .common_name = "pi",
            .names = {"pi", "pi.local"},
            .valid_from = kNow - days{1},
            .valid_until = kNow + days{800},
            .serial = "AB12",
            .fingerprint = "AB:CD",
            .is_authority = false};
}

Made made() {
    return {.authority = "/certificates/ca.pem",
            .authority_key = "/certificates/ca.key",
            .certificate = "/certificates/server.pem",
            .key = "/certificates/server.key",
            .revocations = {},
            .is_new_authority = true,
            .is_new_key = true,
            .is_renewed = false,
            .is_roots = false,
            .contents = certificate()};
}

TEST(CertMadeText, says_what_is_there_and_what_to_do) {
    const std::string date = local_time(kNow + days{800}).substr(0, 10);
    EXPECT_EQ(server_made_text(made(), "pi.local"),
              "made an authority, for ten years:\n"
              "    /certificates/ca.pem\n"
              "        every client needs it; it is no secret\n"
              "    /certificates/ca.key\n"
              "        whoever has it can make certificates; keep a copy in a safe place\n"
              "made the certificate of this gateway, valid until " +
                  date +
                  ":\n"
                  "    /certificates/server.pem\n"
                  "        for pi, pi.local\n"
                  "    /certificates/server.key\n"
                  "        its key, which nobody else may have\n"
                  "\n"
                  "Write this into kleber.toml, then type `kleber reload`:\n"
                  "\n"
                  "    [[listener]]\n"
                  "    kind = \"mqtts\"\n"
                  "    port = 8883\n"
                  "    tls = { certificate = \"/certificates/server.pem\", "
                  "key = \"/certificates/server.key\" }\n"
                  "\n"
                  "To try it, here or where there is a copy of ca.pem:\n"
                  "\n"
                  "    mosquitto_pub -h pi.local -p 8883 --cafile /certificates/ca.pem "
                  "-t hello -m world\n");
}

TEST(CertMadeText, is_short_when_renewed) {
    Made again = made();
    again.is_new_authority = false;
    again.is_new_key = false;
    again.is_renewed = true;
    const std::string text = server_made_text(again, "pi");
    EXPECT_THAT(text, HasSubstr("renewed the certificate of this gateway"));
    EXPECT_THAT(text, HasSubstr("its key, the same as before\n`kleber reload` takes it into use."));
    EXPECT_THAT(text, Not(HasSubstr("authority")));
    again.is_roots = true;
    EXPECT_THAT(server_made_text(again, "pi"),
                HasSubstr("chown kleber /certificates/server.key\n"));
}

TEST(CertMadeText, quotes_what_is_to_be_copied) {
    Made client = made();
    client.authority = "/my \"files\"/ca.pem";
    client.certificate = "/my \"files\"/client-anna.pem";
    client.contents.common_name = "anna";
    client.contents.names.clear();
    const std::string text = client_made_text(client, "pi.local");
    EXPECT_THAT(text, HasSubstr("the certificate of the client anna"));
    EXPECT_THAT(text, HasSubstr("certificate = \"/my \\\"files\\\"/server.pem\""));
    EXPECT_THAT(text, HasSubstr("ca = \"/my \\\"files\\\"/ca.pem\", client_certificate"));
    EXPECT_THAT(text, HasSubstr("--cert '/my \"files\"/client-anna.pem'"));
    EXPECT_EQ(shell_word("a-b_c.d/e"), "a-b_c.d/e");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
}

TEST(CertMadeText, says_how_to_refuse_what_is_revoked) {
    const std::string refuse =
        "The gateway refuses what is on that list where the tls of a [[listener]] has\n\n"
        "    crl = \"/certificates/crl.pem\"\n\n"
        "after `kleber reload`; those who are connected stay so until `kleber kick`.\n";
    certificates::Revocation revocation{
        .list = "/certificates/crl.pem", .common_name = "a\x1Bnna", .count = 2};
    EXPECT_EQ(revoked_text(revocation),
              "revoked 2 certificates of a\xEF\xBF\xBDnna:\n    /certificates/crl.pem\n" + refuse);
    revocation.count = 0;
    EXPECT_EQ(revoked_text(revocation),
              "all of a\xEF\xBF\xBDnna was revoked before, in /certificates/crl.pem\n");
    Made again = made();
    again.is_renewed = true;
    again.revocations = "/certificates/crl.pem";
    EXPECT_THAT(client_made_text(again, "pi"),
                HasSubstr("revoked what was made for the old key:\n    /certificates/crl.pem\n"
                          "Copy what is new to the client.\n" +
                          refuse));
}

TEST(CertMadeText, names_a_host_that_others_find) {
    EXPECT_EQ(host_among({"pi", "pi.local", "localhost"}), "pi.local");
    EXPECT_EQ(host_among({"localhost", "127.0.0.1"}), "localhost");
    EXPECT_EQ(host_among({}), "localhost");
}

TEST(CertShowText, shows_names_dates_and_the_key) {
    const Inspected inspected{
        .file = "server.pem",
        .certificates = {certificate()},
        .key = {.state = KeyBeside::State::Fits, .file = "server.key", .why = {}}};
    EXPECT_EQ(inspected_text(inspected, kNow),
              "server.pem\n"
              "    subject      CN=pi\n"
              "    names        pi, pi.local\n"
              "    issuer       CN=Kleber CA pi 2026-11-20\n"
              "    valid from   " +
                  local_time(kNow - days{1}) +
                  "\n"
                  "    valid until  " +
                  local_time(kNow + days{800}) +
                  ", 800 days left\n"
                  "    SHA-256      AB:CD\n"
                  "    key          server.key, which fits\n");
    EXPECT_EQ(inspected_json({inspected}, kNow),
              R"([{"file":"server.pem","subject":"CN=pi","issuer":"CN=Kleber CA pi 2026-11-20",)"
              R"("names":["pi","pi.local"],"is_authority":false,)"
              R"("valid_from":"2026-11-19T00:00:00Z","valid_until":"2029-01-28T00:00:00Z",)"
              R"("days_left":800,"state":"valid","serial":"AB12","fingerprint":"AB:CD",)"
              R"("key":"fits"}])"
              "\n");
}

TEST(CertShowText, warns) {
    Inspected inspected{.file = "x.pem", .certificates = {certificate()}, .key = {}};
    EXPECT_THAT(inspected_text(inspected, kNow + days{799}),
                HasSubstr("    WARNING      it ends in 1 day; renew it\n"));
    const std::string ended = inspected_text(inspected, kNow + days{800});
    EXPECT_THAT(ended, HasSubstr("it has ended"));
    EXPECT_THAT(inspected_text(inspected, kNow - days{2}), HasSubstr("it is not valid yet"));
    inspected.key = {.state = KeyBeside::State::Differs, .file = "x.key", .why = {}};
    EXPECT_THAT(inspected_text(inspected, kNow), HasSubstr("the key is that of another"));
    inspected.key = {.state = KeyBeside::State::Unusable, .file = "x.key", .why = "is empty"};
    EXPECT_THAT(inspected_text(inspected, kNow), HasSubstr("WARNING      the key is empty\n"));
    inspected.key = {.state = KeyBeside::State::Hidden, .file = "x.key", .why = {}};
    EXPECT_THAT(inspected_text(inspected, kNow), HasSubstr("x.key, which you may not read\n"));
}

TEST(CertShowText, lets_nothing_raw_through) {
    Inspected inspected{.file = "a\x1Bz.pem", .certificates = {certificate()}, .key = {}};
    inspected.certificates.front().names = {"b\x1B[31m", std::string{"c\0d", 3}};
    inspected.certificates.push_back(certificate());
    inspected.certificates.back().is_authority = true;
    const std::string text = inspected_text(inspected, kNow);
    EXPECT_EQ(text.find('\x1B'), std::string::npos);
    EXPECT_EQ(text.find('\0'), std::string::npos);
    EXPECT_THAT(text, HasSubstr(".pem, certificate 1 of 2\n"));
    EXPECT_THAT(text, HasSubstr("CN=pi, an authority\n"));
}

}  // namespace
}  // namespace kleber::app
