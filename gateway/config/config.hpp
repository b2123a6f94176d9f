#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/base/log.hpp"
#include "gateway/base/time.hpp"

// The checked configuration. Fields are named like their keys (keys.cpp), sizes with `_bytes`
// added; the initialisers here are the defaults, and the only place that holds them. Whoever gets a
// Config need not check a range again.
namespace kleber::config {

// Where something was written, for diagnostics that come later (a port that is taken).
// An empty file means that the user did not write it: a default.
struct SourcePlace {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

// "etc/kleber.toml:12:1", or "default" if nobody wrote it.
std::string to_string(const SourcePlace& place);

struct Gateway {
    std::string name = "kleber";
    std::string state = "/var/lib/kleber";
    std::uint32_t lanes = 1;
    Duration sys_interval = std::chrono::seconds{10};  // 0: no $SYS numbers

    bool operator==(const Gateway&) const = default;
};

struct Logging {
    LogLevel level = LogLevel::Info;
    std::uint32_t rate = 100;  // lines a second and level

    bool operator==(const Logging&) const = default;
};

// The way in: MQTT over TCP, over TLS, in a WebSocket (over TLS), over a socket that is a file.
enum class ListenerKind : std::uint8_t { Mqtt, Mqtts, Ws, Wss, Unix };

// Who may connect without credentials: nobody, those on this machine (but no pages of its browser),
// everybody.
enum class AllowAnonymous : std::uint8_t { No, Local, Yes };

// The protocol versions that a listener accepts; at least one.
struct Versions {
    bool mqtt_3_1 = true;
    bool mqtt_3_1_1 = true;
    bool mqtt_5 = true;

    bool operator==(const Versions&) const = default;
};

// Whether clients show a certificate of their own.
enum class ClientCertificate : std::uint8_t { None, Optional, Required };
// What of that is the name of the user.
enum class CertificateUser : std::uint8_t { None, CommonName, Subject };
enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

// Files are in PEM.
struct Tls {
    std::optional<std::string> certificate;
    std::optional<std::string> key;
    std::optional<std::string> ca;   // who vouches for clients
    std::optional<std::string> crl;  // certificates of clients that are void
    std::optional<std::string> psk;  // pre-shared keys, a line each
    ClientCertificate client_certificate = ClientCertificate::None;
    CertificateUser user = CertificateUser::CommonName;
    TlsVersion version_min = TlsVersion::Tls12;

    bool operator==(const Tls&) const = default;
};

// What may come in a second; 0: as much as comes.
struct Rate {
    std::uint32_t messages = 0;
    std::uint32_t bytes = 0;

    bool operator==(const Rate&) const = default;
};

// Proxies that bring the clients, and say who these are: HAProxy's PROXY protocol.
struct ProxyProtocol {
    std::vector<std::string> from;  // their addresses and networks; none: clients come themselves

    bool operator==(const ProxyProtocol&) const = default;
};

struct Listener {
    ListenerKind kind = ListenerKind::Mqtt;
    std::string address = "::";            // "::" takes IPv4 too; or IPv4, IPv6, a host name
    std::optional<std::uint16_t> port;     // 0: the system chooses; always there after parse()
    std::optional<std::string> interface;  // only what comes in there
    std::optional<std::string> path;       // Unix: of the socket; Ws, Wss: of the WebSocket alone
    AllowAnonymous allow_anonymous = AllowAnonymous::Local;
    std::optional<std::string> mount_point;  // ends with a slash
    Versions versions;
    std::uint32_t connections = 0;  // 0: only the limit of the whole gateway
    Rate rate;                      // of all its clients together
    Tls tls;
    std::optional<std::string> files;  // Ws, Wss: the folder of those that are served
    std::vector<std::string> origins;  // Ws, Wss: of pages that may connect; none: all
    ProxyProtocol proxy_protocol;      // not for Unix
    SourcePlace place;

    // The place does not count: a listener that moved within the file is the same listener.
    bool operator==(const Listener& other) const {
        const auto all = [](const Listener& one) {
            return std::tie(one.kind, one.address, one.port, one.interface, one.path,
                            one.allow_anonymous, one.mount_point, one.versions, one.connections,
                            one.rate, one.tls, one.files, one.origins, one.proxy_protocol);
        };
        return all(*this) == all(other);
    }
    // Whether it is the same door, whatever it lets in.
    bool is_same_place(const Listener& other) const {
        return kind == other.kind && address == other.address && port == other.port &&
               interface == other.interface && (kind != ListenerKind::Unix || path == other.path);
    }
};

// What a listener of this kind has without a port of its own; 0 for one that has no ports.
std::uint16_t default_port(ListenerKind kind);
bool has_tls(ListenerKind kind);
bool has_web(ListenerKind kind);

enum class QueuePolicy : std::uint8_t { DropOldest, DropNewest };

// What waits for one slow or absent client.
struct QueueLimits {
    std::uint32_t messages = 1000;
    std::uint64_t bytes = 8 << 20;
    QueuePolicy policy = QueuePolicy::DropOldest;

    bool operator==(const QueueLimits&) const = default;
};

struct RetainedLimits {
    std::uint32_t messages = 100'000;
    std::uint64_t bytes = 64 << 20;

    bool operator==(const RetainedLimits&) const = default;
};

// Of logins with a wrong name or password, from one address.
struct FailedLogins {
    std::uint32_t count = 10;  // 0: nobody is banned
    Duration within = std::chrono::minutes{10};
    Duration ban = std::chrono::minutes{10};
    Duration delay = std::chrono::seconds{3};  // of a refusal, at most; 0: none

    bool operator==(const FailedLogins&) const = default;
};

struct Limits {
    std::uint32_t packet_bytes = 1 << 20;
    std::uint32_t connect_packet_bytes = 64 << 10;  // before CONNECT is accepted
    Duration connect_timeout = std::chrono::seconds{5};
    std::uint32_t connections = 20'000;
    std::uint32_t connections_per_address = 0;  // 0: no such limit
    std::uint32_t connects_per_address = 200;   // a second; 0: no such limit
    FailedLogins failed_logins;
    std::uint16_t inflight = 20;  // receive maximum, both ways
    QueueLimits queue;
    std::uint32_t sessions = 100'000;
    Duration session_expiry = std::chrono::hours{30 * 24};
    Duration keep_alive_max = Duration::zero();  // 0: as the client wishes; else at most 65,535 s
    std::uint32_t subscriptions = 20'000;        // a session
    std::uint32_t topic_levels = 128;
    std::uint32_t topic_length = 4096;  // bytes
    std::uint16_t topic_aliases = 10;
    std::uint32_t user_properties = 100;  // a packet
    Rate rate;                            // of one client
    RetainedLimits retained;

    bool operator==(const Limits&) const = default;
};

// What an acknowledged message survives: a power cut, the end of the process, nothing.
enum class Durability : std::uint8_t { Power, Process, Memory };

// What becomes of what cannot be made safe at present: it waits, or is refused.
enum class OnTrouble : std::uint8_t { Wait, Refuse };

struct Store {
    Durability durability = Durability::Power;
    OnTrouble on_trouble = OnTrouble::Wait;

    bool operator==(const Store&) const = default;
};

// Topics whose numbers are kept over time.
struct History {
    std::vector<std::string> topics;  // filters

    bool operator==(const History&) const = default;
};

// Topics whose messages are all kept for a while.
struct Recording {
    std::vector<std::string> topics;  // filters
    Duration keep = std::chrono::hours{7 * 24};
    std::uint64_t size_bytes = 64 << 20;

    bool operator==(const Recording&) const = default;
};

struct Control {
    // None: /run/kleber/control.sock where that folder is, else control.sock in the state folder.
    std::optional<std::string> socket;

    bool operator==(const Control&) const = default;
};

// What the first start makes, where there are no users yet.
enum class FirstStart : std::uint8_t { User, Nothing };

struct Auth {
    // None: users.toml in the state folder, if there is one.
    std::optional<std::string> users;
    std::optional<std::string> acl;  // none: there is no such file
    FirstStart first_start = FirstStart::User;

    bool operator==(const Auth&) const = default;
};

struct Config {
    Gateway gateway;
    Logging log;
    std::vector<Listener> listeners;  // at least one after parse() and in demo_config()
    Auth auth;
    Limits limits;
    Store store;
    History history;
    Recording recording;
    Control control;

    bool operator==(const Config&) const = default;
};

// What `kleber run` starts with when there is no file: the same as etc/kleber.demo.toml.
Config demo_config();

}  // namespace kleber::config
