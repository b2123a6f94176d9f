#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/coming_over/mosquitto_import.hpp"
#include "gateway/config/load.hpp"
#include "tests/unit/coming_over/support.hpp"

namespace kleber::coming_over {
namespace {

std::string contents_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// /etc/mosquitto is the folder `in` of a golden set-up.
class GoldenFiles : public MemoryFiles {
  public:
    explicit GoldenFiles(const std::filesystem::path& set_up) : in_(set_up / "in") {}

    Result<std::string, std::string> read(const std::string& path) override {
        const std::filesystem::path file = in_ / path.substr(kRoot.size());
        if (!std::filesystem::is_regular_file(file)) return fail(std::string{"is not there"});
        return contents_of(file);
    }
    Result<std::vector<std::string>, std::string> names_in(const std::string& folder) override {
        std::vector<std::string> names;
        for (const auto& entry :
             std::filesystem::directory_iterator{in_ / folder.substr(kRoot.size())}) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

  private:
    static constexpr std::string_view kRoot = "/etc/mosquitto/";

    std::filesystem::path in_;
};

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, IsMadeAsItWas) {
    const auto set_up = std::filesystem::path{KLEBER_GOLDEN_DIRECTORY} / GetParam();
    GoldenFiles files{set_up};
    const auto imported = import_mosquitto("/etc/mosquitto/mosquitto.conf", files);
    ASSERT_TRUE(imported) << text::render(imported.error());
    std::map<std::string, std::string> made{{"report.txt", text_of(imported->findings)}};
    for (const NewFile& file : imported->files) {
        made[file.name] = file.text;
        EXPECT_EQ(file.is_secret, file.name == "users.toml" || file.name == "psk.txt");
    }
    std::size_t expected_count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{set_up}) {
        expected_count += entry.is_regular_file() ? 1U : 0U;
    }
    EXPECT_EQ(made.size(), expected_count);
    for (const auto& [name, text] : made) EXPECT_EQ(contents_of(set_up / name), text) << name;
}

INSTANTIATE_TEST_SUITE_P(SetUps, Golden, testing::Values("debian", "house", "many_locks"));

Result<Imported, text::Diagnostics> import(std::string conf,
                                           std::map<std::string, std::string> more = {}) {
    more["/m.conf"] = std::move(conf);
    MemoryFiles files{std::move(more)};
    return import_mosquitto("/m.conf", files);
}

config::Config config_of(const Imported& imported) {
    const text::Source source{"/k.toml", text_in(imported, "kleber.toml")};
    auto config = config::parse({&source, 1});
    EXPECT_TRUE(config) << source.text;
    return config ? std::move(*config) : config::Config{};
}

TEST(MosquittoImport, NobodyComesInWhereNobodyDid) {
    // Without a password file, and without allow_anonymous, a listener is for nobody.
    const auto imported = import("listener 1883\n");
    ASSERT_TRUE(imported);
    const config::Config config = config_of(*imported);
    EXPECT_EQ(config.listeners[0].allow_anonymous, config::AllowAnonymous::No);
    EXPECT_EQ(config.auth.users, "/users.toml");
    EXPECT_EQ(text_in(*imported, "users.toml").find("[[user]]"), std::string::npos);
    EXPECT_FALSE(imported->findings.has_lost_locks());
    // With allow_anonymous a name is nothing that anybody checks.
    const auto open = import("listener 1883\nallow_anonymous true\n");
    ASSERT_TRUE(open);
    EXPECT_EQ(config_of(*open).listeners[0].allow_anonymous, config::AllowAnonymous::Yes);
    EXPECT_EQ(config_of(*open).auth.users, std::nullopt);
}

// What would be wider than it was is not opened.
TEST(MosquittoImport, LeavesOutListenersThatItCannotKeepAsNarrow) {
    const std::string tls = "certfile /c\nkeyfile /k\n";
    for (const std::string& locked :
         {std::string{"mount_point a/"}, std::string{"use_username_as_clientid true"},
          std::string{"socket_domain ipv6"}, std::string{"enable_proxy_protocol 2"},
          tls + "require_certificate true", tls + "require_certificate true\ncapath /d",
          tls + "use_identity_as_username true", tls + "tls_engine pkcs11",
          std::string{"certfile /c"}, std::string{"require_certificate true"},
          std::string{"cafile /c"}, std::string{"psk_hint h"},
          std::string{"psk_hint h\nuse_identity_as_username false"}}) {
        const auto imported = import("listener 1\nlistener 2\n" + locked + '\n');
        ASSERT_TRUE(imported) << locked << text::render(imported.error());
        EXPECT_TRUE(imported->findings.has_lost_locks()) << locked;
        EXPECT_EQ(config_of(*imported).listeners.size(), 1U) << locked;
        // Then none would be left, and the gateway opens one of its own where it is told of none.
        const auto alone = import("listener 2\n" + locked + '\n');
        ASSERT_TRUE(alone) << locked;
        EXPECT_TRUE(alone->files.empty()) << locked;
    }
    const auto ipv6 = import("listener 1\nlistener 2 ::\n");
    ASSERT_TRUE(ipv6);
    EXPECT_EQ(config_of(*ipv6).listeners.size(), 1U);
}

TEST(MosquittoImport, KnowsWhatLocks) {
    for (const char* conf :
         {"listener 1\nauth_plugin /p.so\n", "listener 1\nplugin /p.so\n",
          "listener 1\nclientid_prefixes home-\n", "listener 1\nno_such_option 1\n",
          "listener 1\ncertfile /c\nkeyfile /k\nciphers HIGH\n",
          "port 1\nlistener 2\nport 3\nmax_connections 5\n"}) {
        const auto imported = import(conf);
        ASSERT_TRUE(imported) << conf << text::render(imported.error());
        EXPECT_TRUE(imported->findings.has_lost_locks()) << conf;
        EXPECT_FALSE(imported->files.empty()) << conf;
    }
    const auto plugin = import("listener 1\nallow_anonymous true\nplugin /p.so\n");
    ASSERT_TRUE(plugin);
    EXPECT_EQ(config_of(*plugin).listeners[0].allow_anonymous, config::AllowAnonymous::No);
    EXPECT_EQ(config_of(*plugin).auth.acl, "/acl.toml");
    const auto store = import("listener 1\nplugin /usr/lib/mosquitto_persist_sqlite.so\n");
    ASSERT_TRUE(store);
    EXPECT_FALSE(store->findings.has_lost_locks());
}

TEST(MosquittoImport, RefusesWhatMosquittoRefuses) {
    const auto imported = import(
        "allow_anonymous maybe\n"
        "listener x\n"
        "listener 0\n"
        "max_inflight_messages 70000\n"
        "address a\n"
        "persistent_client_expiration 3\n"
        "per_listener_settings true\n"
        "password_file /none\n");
    ASSERT_FALSE(imported);
    EXPECT_EQ(text::render(imported.error()),
              "/m.conf:2:1: error: listener: expected a port\n"
              "    mosquitto refuses this line, too\n"
              "/m.conf:3:1: error: listener: port 0 needs the path of a socket\n"
              "    mosquitto refuses this line, too\n"
              "/m.conf:5:1: error: address: no connection above it\n"
              "    mosquitto refuses this line, too\n"
              "/m.conf:7:1: error: per_listener_settings: must stand before all that says who may "
              "come in\n"
              "    mosquitto refuses this line, too\n");
    const auto values = import(
        "allow_anonymous maybe\n"
        "max_inflight_messages 70000\n"
        "persistent_client_expiration 3\n"
        "password_file /none\n");
    ASSERT_FALSE(values);
    EXPECT_EQ(text::render(values.error()),
              "/m.conf:1:1: error: allow_anonymous: expected true or false\n"
              "    mosquitto refuses this line, too\n"
              "/m.conf:2:1: error: max_inflight_messages: expected a number from -2147483647 to "
              "65535\n"
              "    mosquitto refuses this line, too\n"
              "/m.conf:3:1: error: persistent_client_expiration: expected a time like 14d\n"
              "    mosquitto refuses this line, too\n"
              "/m.conf:4:1: error: /none is not there\n");
}

TEST(MosquittoImport, NoSecretIsInTheListsOrInTheConfiguration) {
    const auto imported = import(
        "listener 1\nauth_opt_db_password geheim\npassword_file /pw\npsk_file /psk\npsk_hint x\n"
        "use_identity_as_username true\nconnection c\nremote_password geheim\nbridge_psk geheim\n",
        {{"/pw", "anna:geheim\nben:$6$geheim\n"}, {"/psk", "a:geheim\nb:geheimgeheim00112233\n"}});
    ASSERT_TRUE(imported) << text::render(imported.error());
    EXPECT_EQ(text_of(imported->findings).find("geheim"), std::string::npos);
    EXPECT_EQ(text_in(*imported, "kleber.toml").find("geheim"), std::string::npos);
}

}  // namespace
}  // namespace kleber::coming_over
