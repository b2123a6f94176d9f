#include "gateway/config/keys.hpp"

#include "gateway/config/checks.hpp"
#include "gateway/config/kinds.hpp"

namespace kleber::config {

namespace {

constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr Duration kTenth{100};  // of a second
constexpr Duration kSecond{1000};
constexpr Duration kMinute = 60 * kSecond;
constexpr Duration kDay = 24 * 60 * kMinute;

constexpr TextList kFilters{.noun = "topic filter",
                            .hint = "write topics = [\"home/+/temperature\"]",
                            .too_many = "one filter can stand for many topics: home/#",
                            .check = check_filter};
constexpr TextList kOrigins{.noun = "web origin",
                            .hint = "write origins = [\"https://home.example\"]",
                            .too_many = "",
                            .check = check_origin};

constexpr TextList kNetworks{.noun = "network",
                             .hint = "write from = [\"127.0.0.1\", \"192.0.2.0/24\"]",
                             .too_many = "one network can stand for many addresses: 192.0.2.0/24",
                             .check = check_network};

Keys<Gateway> gateway_keys() {
    return {
        plain("name", &Gateway::name, Text{"text, at most 64 characters", check_gateway_name},
              "The name that clients and other programs see; a part of the gateway's own topics."),
        plain("state", &Gateway::state, Text{"folder", check_path},
              "Where the gateway keeps what must survive a restart."),
        plain("lanes", &Gateway::lanes, Count{{1, 64}},
              "Threads for connections; 1 shares the broker's thread, which suits a Pi."),
        plain("sys_interval", &Gateway::sys_interval, Time{kTenth, kDay, Zero::Allowed},
              "How often the numbers under $SYS/broker are published; \"0s\" is never."),
    };
}

Keys<Logging> log_keys() {
    const Word<LogLevel> level{{{"error", LogLevel::Error},
                                {"warning", LogLevel::Warning},
                                {"info", LogLevel::Info},
                                {"debug", LogLevel::Debug}}};
    return {
        plain("level", &Logging::level, level, "The least important lines that are written."),
        plain("rate", &Logging::rate, Count{{1, 1'000'000}},
              "Lines a second and level; further ones are counted, not written."),
    };
}

Keys<Tls> tls_keys() {
    const Word<ClientCertificate> client_certificate{{{"none", ClientCertificate::None},
                                                      {"optional", ClientCertificate::Optional},
                                                      {"required", ClientCertificate::Required}}};
    const Word<CertificateUser> user{{{"none", CertificateUser::None},
                                      {"common-name", CertificateUser::CommonName},
                                      {"subject", CertificateUser::Subject}}};
    const Word<TlsVersion> version{{{"1.2", TlsVersion::Tls12}, {"1.3", TlsVersion::Tls13}}};
    const Text file{"file", check_path};
    return {
        plain("certificate", &Tls::certificate, file,
              "The certificate, and those that lead from it to the authority."),
        plain("key", &Tls::key, file, "Its key."),
        plain("ca", &Tls::ca, file, "The authorities that vouch for clients."),
        plain("crl", &Tls::crl, file, "Certificates of clients that are no longer valid."),
        plain(
            "psk", &Tls::psk, file,
            "Keys that clients share with the gateway: a line NAME:KEY for each, the key in hex."),
        plain("client_certificate", &Tls::client_certificate, client_certificate,
              "Whether clients show a certificate of their own."),
        plain(
            "user", &Tls::user, user,
            "What of a client's certificate is the name of its user, who needs no password then."),
        plain("version_min", &Tls::version_min, version, "The oldest version of TLS."),
    };
}

Keys<Rate> rate_keys() {
    return {
        plain(
            "messages", &Rate::messages, Count{{0, 10'000'000}},
            "Messages a second that are taken; who sends more is read more slowly. 0 is no limit."),
        plain("bytes", &Rate::bytes, Size{{kKiB, kGiB, Zero::Allowed}},
              "Bytes a second, of all packets; 0 is no limit."),
    };
}

Keys<ProxyProtocol> proxy_protocol_keys() {
    return {
        plain("from", &ProxyProtocol::from, kNetworks,
              "Not for unix: the proxies that alone may connect, and say with HAProxy's PROXY "
              "protocol whom they bring; [] is none, clients come themselves."),
    };
}

Keys<Listener> listener_keys() {
    const Word<ListenerKind> kind{{{"mqtt", ListenerKind::Mqtt},
                                   {"mqtts", ListenerKind::Mqtts},
                                   {"ws", ListenerKind::Ws},
                                   {"wss", ListenerKind::Wss},
                                   {"unix", ListenerKind::Unix}}};
    return {
        plain("kind", &Listener::kind, kind,
              "MQTT over TCP, over TLS, in a WebSocket, in one over TLS, or over a Unix socket."),
        plain("address", &Listener::address, Text{"address or host name", check_address},
              "Where to listen: \"::\" is everywhere, \"127.0.0.1\" only this machine."),
        plain("port", &Listener::port, Count{{0, 65'535}},
              "The TCP port: without it 1883, 8883 for mqtts, 9001 for ws and wss; 0 lets the "
              "system choose a free one."),
        plain("interface", &Listener::interface, Text{"name of an interface", check_interface},
              "Only connections that come in there are taken: \"wlan0\"."),
        plain("path", &Listener::path, Text{"path", check_path},
              "Of the socket, for unix; of the WebSocket for ws and wss, which is \"/\" and "
              "\"/mqtt\" without it."),
        plain("allow_anonymous", &Listener::allow_anonymous, Anonymous{},
              "Who needs no user name: everybody, nobody, or those on this machine, but not over "
              "ws and wss."),
        plain(
            "mount_point", &Listener::mount_point, Text{"part of a topic", check_mount_point},
            "What is put before all topics of its clients, who know of nothing else: \"guests/\"."),
        plain("versions", &Listener::versions, VersionList{},
              "The versions of MQTT that are spoken here."),
        plain("connections", &Listener::connections, Count{{0, 1'000'000}},
              "Connections to this listener; 0 is only the limit of the whole gateway."),
        table("rate", &Listener::rate, rate_keys()),
        table("tls", &Listener::tls, tls_keys()),
        plain("files", &Listener::files, Text{"folder", check_path},
              "For ws and wss: a folder whose files are served beside the WebSocket."),
        plain("origins", &Listener::origins, kOrigins,
              "For ws and wss: the pages that may open a WebSocket; [] is all."),
        table("proxy_protocol", &Listener::proxy_protocol, proxy_protocol_keys()),
    };
}

Keys<Auth> auth_keys() {
    const Word<FirstStart> first_start{
        {{"user", FirstStart::User}, {"nothing", FirstStart::Nothing}}};
    return {
        plain("users", &Auth::users, Text{"file", check_path},
              "The users that may connect, as `kleber user` writes them; by default users.toml in "
              "the state folder."),
        plain(
            "acl", &Auth::acl, Text{"file", check_path},
            "Who may read and write which topics; without one, whoever may connect, all of them."),
        plain("first_start", &Auth::first_start, first_start,
              "What the first start makes where there are no users: one, with a password of its "
              "own, or nothing."),
    };
}

Keys<QueueLimits> queue_keys() {
    const Word<QueuePolicy> policy{
        {{"drop-oldest", QueuePolicy::DropOldest}, {"drop-newest", QueuePolicy::DropNewest}}};
    return {
        plain("messages", &QueueLimits::messages, Count{{1, 10'000'000}},
              "Messages that wait for one slow or absent client."),
        plain("bytes", &QueueLimits::bytes, Size{{kKiB, 4 * kGiB}}, "Their bytes."),
        plain("policy", &QueueLimits::policy, policy,
              "Which message goes when the queue is full; those of QoS 0 go first."),
    };
}

Keys<RetainedLimits> retained_keys() {
    return {
        plain("messages", &RetainedLimits::messages, Count{{1, 100'000'000}},
              "Retained messages of all topics; beyond, those of new topics are delivered, but not "
              "kept."),
        plain("bytes", &RetainedLimits::bytes, Size{{kKiB, 64 * kGiB}}, "Their bytes."),
    };
}

Keys<FailedLogins> failed_logins_keys() {
    return {
        plain(
            "count", &FailedLogins::count, Count{{0, 10'000}},
            "Logins with a wrong name or password, from one address, after which nobody from there "
            "may connect for a while; 0 is no such ban."),
        plain("within", &FailedLogins::within, Time{kSecond, 30 * kDay},
              "The time in which they count together."),
        plain("ban", &FailedLogins::ban, Time{kSecond, 30 * kDay}, "How long that while is."),
        plain(
            "delay", &FailedLogins::delay, Time{kTenth, 30 * kSecond, Zero::Allowed},
            "Each failed login is answered later than the one before, up to so much; \"0s\" is at "
            "once."),
    };
}

Keys<Limits> limits_keys() {
    return {
        plain("packet", &Limits::packet_bytes, Size{{1000, 256 * kMiB}},
              "The largest packet; a longer one ends its connection before it is read."),
        plain("connect_packet", &Limits::connect_packet_bytes, Size{{256, kMiB}},
              "The largest packet of somebody who is not yet accepted."),
        plain("connect_timeout", &Limits::connect_timeout, Time{kTenth, 10 * kMinute},
              "How long a connection may take until it is accepted."),
        plain("connections", &Limits::connections, Count{{1, 1'000'000}},
              "Connections of all listeners together."),
        plain("connections_per_address", &Limits::connections_per_address, Count{{0, 1'000'000}},
              "Connections from one address; 0 is no limit."),
        plain("connects_per_address", &Limits::connects_per_address, Count{{0, 1'000'000}},
              "New connections a second from one address; 0 is no limit."),
        table("failed_logins", &Limits::failed_logins, failed_logins_keys()),
        plain("inflight", &Limits::inflight, Count{{1, 65'535}},
              "Messages of QoS 1 and 2 on their way to or from one client (receive maximum)."),
        table("queue", &Limits::queue, queue_keys()),
        plain("sessions", &Limits::sessions, Count{{1, 1'000'000}},
              "Sessions, of connected and absent clients together."),
        plain("session_expiry", &Limits::session_expiry, Time{Duration{}, 49'710 * kDay},
              "How long an absent client's session is kept at most; for MQTT 3 always this long."),
        plain("keep_alive_max", &Limits::keep_alive_max,
              Time{kSecond, 65'535 * kSecond, Zero::Allowed},
              "The longest keep alive, told to MQTT 5 clients; \"0s\" leaves it to the client."),
        plain("subscriptions", &Limits::subscriptions, Count{{1, 1'000'000}},
              "Subscriptions of one session."),
        plain("topic_levels", &Limits::topic_levels, Count{{1, 1024}},
              "Levels of a topic or filter: a/b/c has three."),
        plain("topic_length", &Limits::topic_length, Count{{16, 65'535}},
              "Bytes of a topic or filter."),
        plain("topic_aliases", &Limits::topic_aliases, Count{{0, 65'535}},
              "Topic aliases of an MQTT 5 client; 0 is none."),
        plain("user_properties", &Limits::user_properties, Count{{0, 10'000}},
              "User properties in one packet."),
        table("rate", &Limits::rate, rate_keys()),
        table("retained", &Limits::retained, retained_keys()),
    };
}

Keys<Store> store_keys() {
    const Word<Durability> durability{{{"power", Durability::Power},
                                       {"process", Durability::Process},
                                       {"memory", Durability::Memory}}};
    const Word<OnTrouble> on_trouble{{{"wait", OnTrouble::Wait}, {"refuse", OnTrouble::Refuse}}};
    return {
        plain("durability", &Store::durability, durability,
              "What acknowledged messages survive: a power cut, a crash of the gateway, nothing."),
        plain("on_trouble", &Store::on_trouble, on_trouble,
              "While the disk is full or broken, acknowledgements wait, or clients are refused."),
    };
}

Keys<History> history_keys() {
    return {
        plain(
            "topics", &History::topics, kFilters,
            "Topics whose numbers are kept: as they came for 24 hours, as means of minutes for 30 "
            "days, of quarters of an hour for two years."),
    };
}

Keys<Recording> recording_keys() {
    return {
        plain("topics", &Recording::topics, kFilters, "Topics whose messages are all recorded."),
        plain("keep", &Recording::keep, Time{kMinute, 3650 * kDay},
              "How long a message stays recorded."),
        plain("size", &Recording::size_bytes, Size{{64 * kKiB, 64 * kGiB}},
              "What the recorded messages may take on disk; beyond, the oldest go."),
    };
}

Keys<Control> control_keys() {
    return {
        plain("socket", &Control::socket, Text{"path", check_socket_path},
              "Where `kleber status` and others reach the gateway; by default in /run/kleber, "
              "without that folder in the state folder."),
    };
}

}  // namespace

const Keys<Config>& keys() {
    static const Keys<Config> all{
        table("gateway", &Config::gateway, gateway_keys()),
        table("log", &Config::log, log_keys()),
        tables("listener", &Config::listeners, listener_keys()),
        table("auth", &Config::auth, auth_keys()),
        table("limits", &Config::limits, limits_keys()),
        table("store", &Config::store, store_keys()),
        table("history", &Config::history, history_keys()),
        table("recording", &Config::recording, recording_keys()),
        table("control", &Config::control, control_keys()),
    };
    return all;
}

}  // namespace kleber::config
