#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "tests/unit/config/support.hpp"

namespace kleber::config {
namespace {

constexpr const char* kCertificate = "tls = { certificate = \"s.pem\", key = \"s.key\" }\n";

Listener listener_of(const std::string& keys) {
    const Config config = config_of("[[listener]]\n" + keys);
    return config.listeners.empty() ? Listener{} : config.listeners.front();
}

// The message alone; empty if there is none.
std::string problem_of(const std::string& keys) {
    const std::string text = "[[listener]]\n" + keys;
    if (parse(std::vector<text::Source>{{"k.toml", text}})) return "";
    std::string errors = errors_of(text);
    constexpr std::string_view kBefore = "k.toml:1:1: error: listener: ";
    if (!errors.starts_with(kBefore)) return errors;
    return errors.substr(kBefore.size(), errors.find('\n') - kBefore.size());
}

TEST(Listener, has_the_port_of_its_kind) {
    EXPECT_EQ(listener_of("").port, 1883);
    EXPECT_EQ(listener_of(std::string{"kind = \"mqtts\"\n"} + kCertificate).port, 8883);
    EXPECT_EQ(listener_of("kind = \"ws\"\n").port, 9001);
    EXPECT_EQ(listener_of(std::string{"kind = \"wss\"\n"} + kCertificate).port, 9001);
    EXPECT_EQ(listener_of("kind = \"ws\"\nport = 80\n").port, 80);
}

TEST(Listener, finds_files_beside_the_configuration) {
    const Config config =
        parse(std::vector<text::Source>{
                  {"etc/k.toml",
                   "[[listener]]\n"
                   "kind = \"wss\"\n"
                   "files = \"www\"\n"
                   "path = \"/mqtt\"\n"
                   "tls = { certificate = \"s.pem\", key = \"/s.key\", ca = \"c\", "
                   "crl = \"v\", client_certificate = \"optional\" }\n"
                   "[[listener]]\n"
                   "kind = \"mqtts\"\n"
                   "tls.psk = \"p\"\n"
                   "[[listener]]\n"
                   "kind = \"unix\"\n"
                   "path = \"mqtt.sock\"\n"}})
            .value();
    const Listener& wss = config.listeners.front();
    EXPECT_EQ(wss.files, "etc/www");
    EXPECT_EQ(wss.path, "/mqtt") << "is no file";
    EXPECT_EQ(wss.tls.certificate, "etc/s.pem");
    EXPECT_EQ(wss.tls.key, "/s.key");
    EXPECT_EQ(wss.tls.ca, "etc/c");
    EXPECT_EQ(wss.tls.crl, "etc/v");
    EXPECT_EQ(config.listeners[1].tls.psk, "etc/p");
    EXPECT_EQ(wss.tls.client_certificate, ClientCertificate::Optional);
    EXPECT_EQ(config.listeners.back().path, "etc/mqtt.sock");
}

TEST(Listener, says_what_does_not_go_together) {
    const std::string mqtts = "kind = \"mqtts\"\n";
    for (const auto& [keys, problem] : std::vector<std::pair<std::string, std::string>>{
             {mqtts, "TLS needs a certificate"},
             {mqtts + "tls = { certificate = \"s\" }\n", "tls.certificate without tls.key"},
             {mqtts + "tls = { key = \"s\" }\n", "tls.key without tls.certificate"},
             {mqtts + "tls = { psk = \"p\" }\n", ""},
             {mqtts + "tls = { psk = \"p\", client_certificate = \"required\" }\n",
              "tls.psk beside settings for certificates"},
             {mqtts + "tls = { psk = \"p\", certificate = \"c\", key = \"k\" }\n",
              "tls.psk beside tls.certificate"},
             {mqtts + "tls = { certificate = \"c\", key = \"k\", client_certificate = "
                      "\"required\" }\n",
              "tls.client_certificate without tls.ca"},
             {mqtts + "tls = { certificate = \"c\", key = \"k\", ca = \"c\" }\n",
              "tls.ca and tls.crl are for certificates of clients"},
             {kCertificate, "tls is for listeners of kind mqtts and wss"},
             {std::string{"kind = \"ws\"\n"} + kCertificate,
              "tls is for listeners of kind mqtts and wss"},
             {"kind = \"ws\"\npath = \"mqtt\"\n", "path: the path of a WebSocket begins with /"},
             {"kind = \"ws\"\nfiles = \"www\"\norigins = [\"https://a\"]\n", ""},
             {"files = \"www\"\n", "files and origins are for listeners of kind ws and wss"},
             {"origins = [\"https://a\"]\n",
              "files and origins are for listeners of kind ws and wss"},
             {"path = \"/mqtt\"\n", "path is for listeners of kind ws, wss and unix"},
             {"kind = \"unix\"\n", "a listener of kind unix needs a path"},
             {"kind = \"unix\"\npath = \"s\"\nport = 1\n",
              "a listener of kind unix has neither port nor interface"},
             {"kind = \"unix\"\npath = \"s\"\nproxy_protocol.from = [\"::1\"]\n",
              "proxy_protocol is not for listeners of kind unix"},
             {"kind = \"unix\"\npath = \"" + std::string(108, 'x') + "\"\n",
              "path: is longer than the 107 bytes that a socket's path may have"},
         }) {
        EXPECT_EQ(problem_of(keys), problem) << keys;
    }
}

TEST(Listener, knows_its_rivals) {
    const std::string socket = "[[listener]]\nkind = \"unix\"\npath = \"s\"\n";
    EXPECT_EQ(errors_of(socket + socket),
              "k.toml:4:1: error: listener: s is taken by the one in k.toml:1:1\n"
              "    [[listener]]\n"
              "    ^\n"
              "    give it another path\n");
    const std::string web = "[[listener]]\nkind = \"ws\"\n";
    EXPECT_EQ(errors_of(web + "[[listener]]\nport = 9001\n"),
              "k.toml:3:1: error: listener: :: port 9001 is taken by the one in k.toml:1:1\n"
              "    [[listener]]\n"
              "    ^\n"
              "    give it another port\n");
    EXPECT_EQ(config_of(web + web + "interface = \"wlan0\"\n").listeners.size(), 2U);
    EXPECT_EQ(
        config_of(socket + "[[listener]]\nport = 0\n[[listener]]\nport = 0\n").listeners.size(),
        3U);
}

TEST(Listener, knows_what_a_mount_point_is) {
    EXPECT_EQ(listener_of("").mount_point, std::nullopt);
    EXPECT_EQ(listener_of("mount_point = \"guests/of/anna/\"\n").mount_point, "guests/of/anna/");
    for (const std::string& bad : std::vector<std::string>{"", "guests", "+/", "a/#/", "$SYS/",
                                                           "a\\n/", std::string(200, 'x') + "/"}) {
        EXPECT_NE(errors_of("[[listener]]\nmount_point = \"" + bad + "\"\n"), "") << bad;
    }
}

TEST(Listener, knows_what_an_origin_is) {
    EXPECT_EQ(listener_of("kind = \"ws\"\norigins = [\"https://home.example:8443\"]\n").origins,
              std::vector<std::string>{"https://home.example:8443"});
    for (const char* origin : {"home.example", "://x", "https://", "https://a/b", "*", ""}) {
        const std::string keys = std::string{"kind = \"ws\"\norigins = [\""} + origin + "\"]\n";
        EXPECT_NE(errors_of("[[listener]]\n" + keys), "") << origin;
    }
}

TEST(Listener, knows_what_a_proxy_s_network_is) {
    const std::vector<std::string> good{"127.0.0.1", "192.0.2.0/24", "2001:db8::/32"};
    const std::string keys = R"(proxy_protocol = { from = ["127.0.0.1", "192.0.2.0/24",)"
                             R"( "2001:db8::/32"] })";
    EXPECT_EQ(listener_of(keys + '\n').proxy_protocol.from, good);
    for (const char* wrong : {"localhost", "192.0.2.1/24", "192.0.2.0/33", "::/129", "*", ""}) {
        const std::string line = std::string{"proxy_protocol.from = [\""} + wrong + "\"]\n";
        EXPECT_NE(errors_of("[[listener]]\n" + line), "") << wrong;
    }
    EXPECT_NE(errors_of("[[listener]]\nproxy_protocol.from = \"::1\"\n"), "");
}

}  // namespace
}  // namespace kleber::config
