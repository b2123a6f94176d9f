#include "gateway/coming_over/mosquitto_passwords.hpp"

#include <gtest/gtest.h>

#include "gateway/coming_over/psk_conversion.hpp"

namespace kleber::coming_over {
namespace {

TEST(MosquittoPasswords, TakesLinesAsMosquittoDoes) {
    const NamesAndSecrets found = parse_mosquitto_passwords("pw",
                                                            "anna:one\r\n"
                                                            "# nobody:x\n"
                                                            "\n"
                                                            "no colon\n"
                                                            " ben : two :three\n"
                                                            "empty:\n"
                                                            "anna:four\n"
                                                            "\xFF:x\n");
    std::string all;
    for (const NameAndSecret& one : found.all) {
        all += to_string(one.place) + ' ' + one.name + '=' + one.secret + '\n';
    }
    for (const Place& place : found.not_taken) all += to_string(place) + '\n';
    EXPECT_EQ(all,
              "pw:7 anna=four\n"
              "pw:5 ben=two\n"
              "pw:4\npw:6\npw:1\npw:8\n");
}

TEST(PskText, LeavesOutWhatAListenerWouldRefuse) {
    const std::string wide(600, 'a');
    const NamesAndSecrets lines = parse_mosquitto_passwords(
        "psk", "dev:00112233AABBccdd\nshort:0011\nodd:001122334455667\nno:hex\nlong:" + wide +
                   "\n" + std::string(129, 'n') + ":0011223344556677\n");
    Findings findings;
    const PskText made = psk_text(lines, findings);
    EXPECT_EQ(made.count, 1U);
    EXPECT_TRUE(made.text.ends_with("digits.\ndev:00112233AABBccdd\n")) << made.text;
    EXPECT_EQ(findings.all().size(), 5U);
    EXPECT_FALSE(findings.has_lost_locks());
}

}  // namespace
}  // namespace kleber::coming_over
