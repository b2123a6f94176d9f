#include <chrono>

#include "tests/unit/config/support.hpp"

namespace kleber::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(Parse, NothingGivesTheDefaultsAndOneListener) {
    EXPECT_EQ(config_of(""), demo_config());
    EXPECT_EQ(*parse({}), demo_config());
    const Config config = config_of("");
    EXPECT_EQ(config.gateway.name, "kleber");
    EXPECT_EQ(config.gateway.state, "/var/lib/kleber");
    EXPECT_EQ(config.gateway.lanes, 1U);
    EXPECT_EQ(config.gateway.sys_interval, seconds{10});
    ASSERT_EQ(config.listeners.size(), 1U);
    EXPECT_EQ(config.listeners[0].address, "::");
    EXPECT_EQ(config.listeners[0].port, 1883);
    EXPECT_EQ(config.listeners[0].allow_anonymous, AllowAnonymous::Local);
    EXPECT_EQ(to_string(config.listeners[0].place), "default");
    EXPECT_EQ(config.limits.packet_bytes, 1U << 20);
    EXPECT_EQ(config.limits.inflight, 20);
    EXPECT_EQ(config.limits.topic_aliases, 10);
    EXPECT_EQ(config.limits.queue.bytes, 8U << 20);
    EXPECT_EQ(config.limits.session_expiry, hours{30 * 24});
    EXPECT_EQ(config.auth.users, std::nullopt);
    EXPECT_EQ(config.control.socket, std::nullopt);
    EXPECT_EQ(config.auth.acl, std::nullopt);
}

TEST(Parse, ReadsEveryKey) {
    const Config config = config_of(R"(
[control]
socket = "/run/k.sock"
[auth]
users = "/etc/users.toml"
acl = "/etc/acl.toml"
[[listener]]
address = "127.0.0.1"
port = 0
allow_anonymous = false
versions = ["5", "3.1"]
connections = 7
[limits]
packet = "256 MiB"
connect_packet = 256
connect_timeout = "1m"
connections = 1
connections_per_address = 2
inflight = 65535
queue = { messages = 3, bytes = "1 KiB", policy = "drop-newest" }
sessions = 4
session_expiry = 0
keep_alive_max = "65535s"
subscriptions = 5
topic_levels = 6
topic_length = 65535
topic_aliases = 0
user_properties = 0
[limits.retained]
messages = 8
bytes = "64 GiB"
[log]
level = "debug"
rate = 9
[gateway]
name = "Haus"
state = "/srv/state"
lanes = 64
sys_interval = "0s"
)");
    EXPECT_EQ(config.control.socket, "/run/k.sock");
    EXPECT_EQ(config.auth.users, "/etc/users.toml");
    EXPECT_EQ(config.auth.acl, "/etc/acl.toml");
    ASSERT_EQ(config.listeners.size(), 1U);
    const Listener& listener = config.listeners[0];
    EXPECT_EQ(listener.address, "127.0.0.1");
    EXPECT_EQ(listener.port, 0);
    EXPECT_EQ(listener.allow_anonymous, AllowAnonymous::No);
    EXPECT_EQ(listener.versions, (Versions{true, false, true}));
    EXPECT_EQ(listener.connections, 7U);
    EXPECT_EQ(to_string(listener.place), "k.toml:7:1");
    const Limits limits = config.limits;
    EXPECT_EQ(limits.packet_bytes, 256U << 20);
    EXPECT_EQ(limits.connect_packet_bytes, 256U);
    EXPECT_EQ(limits.connect_timeout, seconds{60});
    EXPECT_EQ(limits.connections, 1U);
    EXPECT_EQ(limits.connections_per_address, 2U);
    EXPECT_EQ(limits.inflight, 65535);
    EXPECT_EQ(limits.queue, (QueueLimits{3, 1024, QueuePolicy::DropNewest}));
    EXPECT_EQ(limits.sessions, 4U);
    EXPECT_EQ(limits.session_expiry, Duration::zero());
    EXPECT_EQ(limits.keep_alive_max, seconds{65535});
    EXPECT_EQ(limits.subscriptions, 5U);
    EXPECT_EQ(limits.topic_levels, 6U);
    EXPECT_EQ(limits.topic_length, 65535U);
    EXPECT_EQ(limits.topic_aliases, 0);
    EXPECT_EQ(limits.user_properties, 0U);
    EXPECT_EQ(limits.retained, (RetainedLimits{8, std::uint64_t{64} << 30}));
    EXPECT_EQ(config.log, (Logging{LogLevel::Debug, 9}));
    EXPECT_EQ(config.gateway, (Gateway{"Haus", "/srv/state", 64, Duration::zero()}));
}

TEST(Parse, AllowAnonymousHasThreeAnswers) {
    const auto answer = [](const std::string& written) {
        return config_of("[[listener]]\nallow_anonymous = " + written).listeners[0].allow_anonymous;
    };
    EXPECT_EQ(answer("true"), AllowAnonymous::Yes);
    EXPECT_EQ(answer("false"), AllowAnonymous::No);
    EXPECT_EQ(answer("\"local\""), AllowAnonymous::Local);
}

TEST(Parse, OrderOfTablesDoesNotMatter) {
    EXPECT_EQ(
        config_of("[log]\nlevel = \"debug\"\n[limits]\nsessions = 5\n[gateway]\nlanes = 2\n"),
        config_of("[gateway]\nlanes = 2\n[limits]\nsessions = 5\n[log]\nlevel = \"debug\"\n"));
}

TEST(Parse, ListenersAddUpInTheOrderOfTheFiles) {
    const std::vector<text::Source> sources = {{"main", "[[listener]]\nport = 1\n"},
                                               {"a", "[[listener]]\nport = 2\n"},
                                               {"b", "\n[[listener]]\nport = 3\n"}};
    const auto config = parse(sources);
    ASSERT_TRUE(config);
    ASSERT_EQ(config->listeners.size(), 3U);
    EXPECT_EQ(config->listeners[0].port, 1);
    EXPECT_EQ(config->listeners[1].port, 2);
    EXPECT_EQ(config->listeners[2].port, 3);
    EXPECT_EQ(to_string(config->listeners[2].place), "b:2:1");
}

TEST(Parse, TablesOfTheSameNameAddUp) {
    const std::vector<text::Source> sources = {
        {"main", "[limits]\nsessions = 5\nqueue = { messages = 6 }\n"},
        {"a", "[limits]\nsubscriptions = 7\n[limits.queue]\nbytes = \"1 MiB\"\n"}};
    const auto config = parse(sources);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->limits.sessions, 5U);
    EXPECT_EQ(config->limits.subscriptions, 7U);
    EXPECT_EQ(config->limits.queue.messages, 6U);
    EXPECT_EQ(config->limits.queue.bytes, 1U << 20);
}

TEST(Parse, RelativePathsStartAtTheFirstFile) {
    const std::vector<text::Source> sources = {{"/etc/kleber/kleber.toml", ""},
                                               {"/etc/kleber/conf.d/a.toml",
                                                "[gateway]\nstate = \"../state\"\n"
                                                "[auth]\nusers = \"u.toml\"\nacl = \"acl.toml\"\n"
                                                "[control]\nsocket = \"c.sock\"\n"}};
    const auto config = parse(sources);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->gateway.state, "/etc/state");
    EXPECT_EQ(config->auth.users, "/etc/kleber/u.toml");
    EXPECT_EQ(config->control.socket, "/etc/kleber/c.sock");
    EXPECT_EQ(config->auth.acl, "/etc/kleber/acl.toml");
}

TEST(Parse, TwoListenersMayLetTheSystemChoose) {
    EXPECT_EQ(config_of("[[listener]]\nport = 0\n[[listener]]\nport = 0\n").listeners.size(), 2U);
}

TEST(Parse, AListenerThatMovedIsTheSame) {
    EXPECT_EQ(config_of("[[listener]]\n"), config_of("\n\n[[listener]]\n"));
}

}  // namespace
}  // namespace kleber::config
