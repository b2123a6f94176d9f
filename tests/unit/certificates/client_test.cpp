#include <gmock/gmock.h>

#include "tests/unit/certificates/chain.hpp"
#include "tests/unit/certificates/workbench.hpp"

namespace kleber::certificates {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ClientTest : public Workbench {
  protected:
    std::string refusal_of(const std::string& name) const {
        const auto made = create_client(folder(), client_wishes(name), kNow);
        return made ? "made" : made.error();
    }
};

TEST_F(ClientTest, has_its_name_and_its_purpose) {
    const Made made = make_client("sensor-7");
    EXPECT_TRUE(made.is_new_authority);
    EXPECT_THAT(files(), ElementsAre("ca.key", "ca.pem", "client-sensor-7.key",
                                     "client-sensor-7.pem", "issued.pem"));
    EXPECT_EQ(mode_of(made.key), 0600U);
    EXPECT_EQ(made.contents.subject, "CN=sensor-7");
    EXPECT_THAT(made.contents.names, IsEmpty());
    EXPECT_EQ(made.contents.valid_until, certificate("ca.pem").valid_until);
    const std::string pem = contents(made.certificate);
    const std::string authority = contents(made.authority);
    EXPECT_EQ(doubt_about(pem, authority, X509_PURPOSE_SSL_CLIENT, kNow), "ok");
    EXPECT_EQ(doubt_about(pem, authority, X509_PURPOSE_SSL_SERVER, kNow),
              "unsuitable certificate purpose");
}

TEST_F(ClientTest, shares_the_authority_of_the_server) {
    make_server();
    const std::string authority = contents(file("ca.pem"));
    const Made made = make_client("anna");
    EXPECT_FALSE(made.is_new_authority);
    EXPECT_EQ(contents(file("ca.pem")), authority);
    const std::string key = contents(made.key);
    const Made again = make_client("anna");
    EXPECT_TRUE(again.is_renewed);
    EXPECT_FALSE(again.is_new_key);
    EXPECT_EQ(contents(again.key), key);
    EXPECT_NE(again.contents.serial, made.contents.serial);
}

TEST_F(ClientTest, may_end_sooner) {
    ClientWishes wishes = client_wishes("anna");
    wishes.lifetime = std::chrono::days{30};
    const auto made = create_client(folder(), wishes, kNow);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->contents.valid_until, kNow + std::chrono::days{30});
    wishes.lifetime = kClientLifetimeMax + std::chrono::days{1};
    EXPECT_THAT(create_client(folder(), wishes, kNow).error(), HasSubstr("1 to 3653 days"));
}

TEST_F(ClientTest, is_called_what_a_file_and_a_topic_can_be_called) {
    EXPECT_EQ(make_client("K\xC3\xBC"
                          "che 1")
                  .contents.common_name,
              "K\xC3\xBC"
              "che 1");
    EXPECT_EQ(make_client(std::string(64, 'x')).contents.common_name, std::string(64, 'x'));
    EXPECT_EQ(make_client("server").contents.common_name, "server");
    const auto before = files();
    for (const std::string& name : std::vector<std::string>{
             "../server", "a/b", "/etc/passwd", ".hidden", "..", "+", "a+b", "home/#", "a\nb",
             "a\x1B[31m", "a\x7F", "a\xC2\x85", std::string{"a\0b", 3}, "\xFF"}) {
        EXPECT_THAT(refusal_of(name), HasSubstr("is no name for a client")) << name;
    }
    EXPECT_EQ(refusal_of(""), "a client needs a name");
    EXPECT_EQ(refusal_of(std::string(65, 'x')), "a client's name has at most 64 bytes, not 65");
    EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace kleber::certificates
