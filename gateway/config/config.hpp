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

enum class ListenerKind : std::uint8_t { Mqtt };

// Who may connect without credentials: nobody, those on this machine, everybody.
enum class AllowAnonymous : std::uint8_t { No, Local, Yes };

// The protocol versions that a listener accepts; at least one.
struct Versions {
    bool mqtt_3_1 = true;
    bool mqtt_3_1_1 = true;
    bool mqtt_5 = true;

    bool operator==(const Versions&) const = default;
};

struct Listener {
    ListenerKind kind = ListenerKind::Mqtt;
    std::string address = "::";  // "::" takes IPv4 too; or IPv4, IPv6, a host name
    std::uint16_t port = 1883;   // 0: the system chooses
    AllowAnonymous allow_anonymous = AllowAnonymous::Local;
    Versions versions;
    std::uint32_t connections = 0;  // 0: only the limit of the whole gateway
    SourcePlace place;

    // The place does not count: a listener that moved within the file is the same listener.
    bool operator==(const Listener& other) const {
        return std::tie(kind, address, port, allow_anonymous, versions, connections) ==
               std::tie(other.kind, other.address, other.port, other.allow_anonymous,
                        other.versions, other.connections);
    }
};

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

struct Limits {
    std::uint32_t packet_bytes = 1 << 20;
    std::uint32_t connect_packet_bytes = 64 << 10;  // before CONNECT is accepted
    Duration connect_timeout = std::chrono::seconds{5};
    std::uint32_t connections = 20'000;
    std::uint32_t connections_per_address = 0;  // 0: no such limit
    std::uint16_t inflight = 20;                // receive maximum, both ways
    QueueLimits queue;
    std::uint32_t sessions = 100'000;
    Duration session_expiry = std::chrono::hours{30 * 24};
    Duration keep_alive_max = Duration::zero();  // 0: as the client wishes; else at most 65,535 s
    std::uint32_t subscriptions = 20'000;        // a session
    std::uint32_t topic_levels = 128;
    std::uint32_t topic_length = 4096;  // bytes
    std::uint16_t topic_aliases = 10;
    std::uint32_t user_properties = 100;  // a packet
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

struct Config {
    Gateway gateway;
    Logging log;
    std::vector<Listener> listeners;  // at least one after parse() and in demo_config()
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
