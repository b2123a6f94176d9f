#include <gtest/gtest.h>

#include "gateway/certificates/inspect.hpp"
#include "tests/unit/certificates/tls_pair.hpp"
#include "tests/unit/certificates/workbench.hpp"

namespace kleber::certificates {
namespace {

// What is made here is valid on the day on which the test runs.
class HandshakeTest : public Workbench {
  protected:
    HandshakeTest() {
        EXPECT_TRUE(create_server(folder(), server_wishes(), today_));
        EXPECT_TRUE(create_client(folder(), client_wishes("anna"), today_));
    }
    TlsEnd server(const std::string& authority = {}) const {
        return {file("server.pem"), file("server.key"), authority};
    }
    TlsEnd client() const {
        return {file("client-anna.pem"), file("client-anna.key"), file("ca.pem")};
    }

    const WallTime today_{std::chrono::floor<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch())};
};

TEST_F(HandshakeTest, works_by_every_name) {
    const TlsEnd stranger{.authority = file("ca.pem")};
    for (const char* name : {"pi", "pi.local", "localhost", "127.0.0.1"}) {
        const Handshake shaken = shake_hands(server(), stranger, name);
        EXPECT_TRUE(shaken.is_done) << name << ": " << shaken.client_doubt;
        EXPECT_EQ(shaken.version, "TLSv1.3");
    }
    EXPECT_EQ(shake_hands(server(), stranger, "elsewhere").client_doubt, "hostname mismatch");
    EXPECT_EQ(shake_hands(server(), stranger, "127.0.0.2").client_doubt, "IP address mismatch");
}

TEST_F(HandshakeTest, shows_the_clients_name) {
    const Handshake shaken = shake_hands(server(file("ca.pem")), client(), "pi.local");
    EXPECT_TRUE(shaken.is_done) << shaken.server_doubt << ", " << shaken.client_doubt;
    EXPECT_EQ(shaken.server_doubt, "ok");
    EXPECT_EQ(shaken.client_name, "anna");
    EXPECT_FALSE(shake_hands(server(file("ca.pem")), {.authority = file("ca.pem")}, "pi").is_done);
}

TEST_F(HandshakeTest, keeps_both_roles_apart) {
    const TlsEnd client_as_server{file("client-anna.pem"), file("client-anna.key"), {}};
    EXPECT_EQ(shake_hands(client_as_server, {.authority = file("ca.pem")}, "anna").client_doubt,
              "unsuitable certificate purpose");
    const TlsEnd server_as_client{file("server.pem"), file("server.key"), file("ca.pem")};
    EXPECT_EQ(shake_hands(server(file("ca.pem")), server_as_client, "pi").server_doubt,
              "unsuitable certificate purpose");
}

TEST_F(HandshakeTest, trusts_no_other_authority) {
    const std::string other = outside("other");
    ASSERT_TRUE(create_server(other, server_wishes(), today_));
    EXPECT_FALSE(shake_hands(server(), {.authority = other + "/ca.pem"}, "pi").is_done);
    // Clients that trust the authority do not notice a renewal.
    ASSERT_TRUE(create_server(folder(), server_wishes(), today_));
    EXPECT_TRUE(shake_hands(server(), {.authority = file("ca.pem")}, "pi").is_done);
}

}  // namespace
}  // namespace kleber::certificates
